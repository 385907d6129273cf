import { setTimeout as wait } from 'node:timers/promises'
import { parseClock } from '@billow/core'
import { startCloudzeroSimulator, startSimulators } from '@billow/simulators'
import type { Engine } from '../engine.ts'
import { type Box, type BoxOptions, startBox } from './box.ts'
import { startPacedTarget } from './paced-target.ts'
import { post } from './post.ts'

const TODAY = '2024-05-15'
const FROM = '2023-04-12'
const RATE = 1000

/** How an image is put to work. */
export interface Load {
  /** Its container with nothing to do, or with what is read once at the start. */
  idle(port: number): BoxOptions
  /** Runs another container, or this one, with so many events at 1,000 a second; resolves to how many there were a second. */
  run(engine: Engine, options: RunOptions): Promise<number>
  close(): Promise<void>
}

export interface RunOptions {
  readonly events: number
  readonly port: number
  readonly limit?: number
  /** Told the container as soon as it runs. */
  readonly onBox: (box: Box) => void
  /** Before it is removed: asks what it still wants to know. */
  readonly onEnd?: (box: Box) => Promise<void>
}

export async function loadOf(app: string): Promise<Load> {
  if (app.startsWith('source-')) return pulling(app)
  return app === 'sink-cloudzero' ? charging(app) : receiving(app, port => printing(app, port))
}

/** Days are sent while their events still come. */
async function charging(app: string): Promise<Load> {
  const { url, keys, connections, close } = await startCloudzeroSimulator()
  const config = (port: number): string =>
    `port: ${port}\nendpoint: ${url}\nconnection_id: ${connections[0]}\ncurrency: USD\nsecret: { api_key: ${keys[0]?.apiKey} }\nflush: { quiet: 1, max_age: 5 }\nfocus: { defaults: { BillingAccountId: "123456789012" } }\n`
  return { ...receiving(app, config), close }
}

/** Single events are posted to a sink. */
function receiving(app: string, configOf: (port: number) => string): Load {
  const idle = (port: number): BoxOptions => ({ app, config: configOf(port), port })
  return {
    idle,
    async run(engine, { events, port, limit, onBox, onEnd }) {
      const box = await startBox(engine, { ...idle(port), ...(limit !== undefined && { limit }) })
      try {
        onBox(box)
        const seconds = await post({ url: `http://127.0.0.1:${port}/`, rate: RATE, each: 1, events })
        await onEnd?.(box)
        return events / seconds
      } finally {
        await box.remove()
      }
    },
    close: () => Promise.resolve(),
  }
}

export const printing = (app: string, port: number): string =>
  app === 'billow'
    ? `connectors:\n  - name: screen\n    sink: "@billow/sink-display"\n    config: { format: compact }\n    receiver: ${port}\n`
    : `port: ${port}\nformat: compact\n`

/** Four hundred days of a bill are pulled, as fast as a target takes them. */
async function pulling(app: string): Promise<Load> {
  const clouds = await startSimulators({ clock: parseClock(TODAY) })
  const target = await startPacedTarget(RATE)
  const [endpoint, id, secret] =
    app === 'source-aws-billing'
      ? [clouds.aws.url, 'AKIAIOSFODNN7EXAMPLE', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY']
      : [clouds.alicloud.url, 'LTAI5t7eneojm6aeRKncB7V9', '26Fno8k0F7jtL2hUIrm4JTRF16jPLL']
  const config = `target: ${target.url}\nendpoint: ${endpoint}\nbatch_size: 10\nsecret:\n  access_key_id: ${id}\n  secret_access_key: ${secret}\n`
  return {
    idle: port => ({ app, config, port, words: ['run', '--clock', TODAY] }),
    async run(engine, { events, limit, onBox, onEnd }) {
      const words = ['pull', '--from', FROM, '--to', '2024-05-13', '--yes', '--clock', TODAY]
      const before = target.taken.size
      const box = await startBox(engine, { app, config, words, ...(limit !== undefined && { limit }) })
      try {
        onBox(box)
        while (target.taken.size === before) await running(box)
        const [first, began] = [target.taken.size, performance.now()]
        while (target.taken.size - before < events) await running(box)
        const rate = ((target.taken.size - first) * 1000) / (performance.now() - began)
        await onEnd?.(box)
        return rate
      } finally {
        await box.remove()
      }
    },
    async close() {
      target.close()
      await clouds.close()
    },
  }
}

async function running(box: Box): Promise<void> {
  await wait(200)
  if ((await box.is('.State.Running')) !== 'true') throw new Error('the container has ended before its load')
}
