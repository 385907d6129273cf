import { join } from 'node:path'
import { startChild } from '../world/child.ts'
import type { CountingTarget } from '../world/target.ts'
import type { Provider } from '../world/provider.ts'
import type { Means } from './phases.ts'

const ROOT = join(import.meta.dirname, '../..')
const SUBJECT = join(import.meta.dirname, '../subject')
/** A subject that shows no sign of life for so long is stuck. */
const SILENCE_MS = 45_000

/** What is run, and killed. */
export interface Subject {
  /** `app`: the built image's program; `billing` and `outbox`: sources in the oracle's own program. */
  readonly arm: 'app' | 'billing' | 'outbox'
  readonly broken?: string | undefined
  readonly configFile: string
  readonly dataDirectory: string
}

export const scriptOf = (arm: Subject['arm']): string =>
  arm === 'app' ? join(ROOT, 'apps/source-aws-billing/dist/main.js') : join(SUBJECT, 'main.ts')

export interface LifeOptions {
  readonly args: readonly string[]
  readonly means: Means | undefined
  readonly provider: Provider
  readonly target: CountingTarget
  readonly random: () => number
}

/** How a life ended: by its kill, because nothing was left to do, or as it should not. */
export type End =
  | { readonly how: 'killed' | 'idle' }
  | { readonly how: 'stuck' | 'failed'; readonly why: string }

/** Starts the subject, brings its kill about, and waits for its end. Without means it ends when all is done. */
export async function live(
  subject: Subject,
  { args, means, provider, target, random }: LifeOptions,
): Promise<End> {
  const point = means?.by === 'point' ? means.point : undefined
  const child = startChild({
    script: scriptOf(subject.arm),
    args,
    preload: point ? [join(SUBJECT, 'kill-point.ts')] : [],
    env: {
      NODE_COMPILE_CACHE: join(subject.dataDirectory, '../compiled'),
      CONNECTOR_CONFIG: subject.configFile,
      BILLOW_DATA_DIR: subject.dataDirectory,
      SOAK_SOURCE: subject.arm,
      ...(subject.broken !== undefined && { SOAK_BROKEN: subject.broken }),
      ...(point && { SOAK_KILL: JSON.stringify(point) }),
    },
    onLine,
  })
  let end: End | undefined
  let last = ''
  const kill = (why: End): void => {
    end ??= why
    child.signal('SIGKILL')
  }
  const killed = (): void => kill({ how: 'killed' })
  const silence = setTimeout(() => kill({ how: 'stuck', why: last }), SILENCE_MS)
  const timers = [silence]
  const soon = (mostMs: number): void => void timers.push(setTimeout(killed, random() * mostMs))

  provider.plan(means?.by === 'provider' ? { at: means.at, reached: killed } : undefined)
  target.plan(
    means?.by === 'target'
      ? {
          how: means.after === 'wait' ? 'later' : 'hold',
          nth: means.nth,
          reached() {
            if (means.after === 'kill') killed()
            if (means.after === 'stop') child.signal('SIGTERM')
          },
        }
      : undefined,
  )
  if (means?.by === 'time') timers.push(setTimeout(killed, means.afterMs))

  const [code, signal] = await child.exited
  for (const timer of timers) clearTimeout(timer)
  provider.plan(undefined)
  target.plan(undefined)
  if (end && end.how !== 'idle') return end
  if (signal === 'SIGKILL') return { how: 'killed' }
  if (code === 0 && end) return end
  return { how: 'failed', why: `the subject ended with ${code ?? signal}: ${last}` }

  function onLine(line: string): void {
    last = line
    silence.refresh()
    const held = means?.by === 'target' ? means.after : undefined
    if (held === 'stop' && line.includes('"msg":"stopping"')) soon(1000)
    if (held === 'wait' && line.includes('"msg":"not delivered; will try again"')) soon(500)
    if (line.includes('waiting for the next pull') && !end) {
      end = { how: 'idle' }
      child.signal('SIGTERM')
    }
  }
}
