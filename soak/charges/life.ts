import { join } from 'node:path'
import { startChild } from '../world/child.ts'
import type { Door } from './door.ts'
import type { ChargeMeans } from './phases.ts'
import { type Owed, send } from './sender.ts'

const ROOT = join(import.meta.dirname, '../..')
const SUBJECT = join(import.meta.dirname, '../subject')
/** Soon after the bill's days: what is older than some months is kept by CloudZero alone. */
const NOW = '2024-04-15'
/** A sink that shows no sign of life for so long is stuck. */
const SILENCE_MS = 20_000
/** So often it is asked whether all is settled; it must be so a few times in a row. */
const LOOK_MS = 100
const SETTLED_LOOKS = 3
/** A kill that is not reached: the sink is busy otherwise. */
const MOST_MS = 15_000
/** After SIGTERM. */
const STOPPING_MS = 400

export interface ChargeSubject {
  readonly broken: string | undefined
  readonly configFile: string
  readonly dataDirectory: string
}

export interface ChargeLifeOptions {
  /** Without means it goes on until all is settled. */
  readonly means: ChargeMeans | undefined
  readonly door: Door
  readonly owed: Owed
  readonly random: () => number
  /** Whether nothing is owed, and CloudZero has all. */
  readonly settled: () => boolean
  readonly onFault: (fault: string) => void
}

export type ChargeEnd =
  | { readonly how: 'killed' | 'settled' | 'missed' }
  | { readonly how: 'stuck' | 'failed'; readonly why: string }

/** Runs the sink, posts what is owed to it, brings its kill about, and waits for its end. */
export async function liveOnCharges(subject: ChargeSubject, options: ChargeLifeOptions): Promise<ChargeEnd> {
  const { means, door, owed, random, settled, onFault } = options
  const { broken, configFile, dataDirectory } = subject
  const point = means?.by === 'point' ? means.point : undefined
  const child = startChild({
    script:
      broken === undefined ? join(ROOT, 'packages/sink-cloudzero/dist/bin.js') : join(SUBJECT, 'sink.ts'),
    args: ['run', '--clock', NOW],
    preload: point ? [join(SUBJECT, 'kill-point.ts')] : [],
    env: {
      NODE_COMPILE_CACHE: join(dataDirectory, '../compiled'),
      CONNECTOR_CONFIG: configFile,
      BILLOW_DATA_DIR: dataDirectory,
      ...(broken !== undefined && { SOAK_BROKEN: broken }),
      ...(point && { SOAK_KILL: JSON.stringify(point) }),
    },
    onLine,
  })
  const over = new AbortController()
  let end: ChargeEnd | undefined
  let last = ''
  const finish = (how: ChargeEnd, signal: 'SIGTERM' | 'SIGKILL' = 'SIGKILL'): void => {
    end ??= how
    child.signal(signal)
  }
  const killed = (): void => finish({ how: 'killed' })
  const silence = setTimeout(() => finish({ how: 'stuck', why: last }), SILENCE_MS)
  const timers: NodeJS.Timeout[] = [silence]
  const later = (work: () => void, ms: number): void => void timers.push(setTimeout(work, ms))
  if (means) later(() => finish({ how: 'missed' }), MOST_MS)
  if (means?.by === 'time') later(killed, means.afterMs)
  door.plan(means?.by === 'door' ? { ...means, reached: killed } : undefined)

  let acknowledged = 0
  const sending = Promise.withResolvers<void>()
  const look = watch({ door, settled, onActive: () => silence.refresh() }, () =>
    finish({ how: 'settled' }, 'SIGTERM'),
  )
  const [code, signal] = await child.exited
  over.abort()
  look.end()
  door.plan(undefined)
  for (const timer of timers) clearTimeout(timer)
  sending.resolve()
  await sending.promise
  if (end?.how === 'stuck' || end?.how === 'settled' || end?.how === 'missed') return end
  if (signal === 'SIGKILL') return { how: 'killed' }
  if (code === 0 && means?.by === 'sender') return { how: 'missed' }
  return { how: 'failed', why: `the sink ended with ${code ?? signal}: ${last}` }

  function onLine(line: string): void {
    last = line
    const [, port] = /"port":(\d+).*"msg":"listening"/.exec(line) ?? []
    if (port === undefined) return
    const url = `http://127.0.0.1:${port}/`
    sending.resolve(send({ url, owed, random, signal: over.signal, onAcknowledged, onFault }))
  }

  function onAcknowledged(): void {
    acknowledged += 1
    if (means?.by !== 'sender' || acknowledged !== means.nth) return
    if (means.after === 'kill') return killed()
    child.signal('SIGTERM')
    later(killed, random() * STOPPING_MS)
  }
}

/** Says when all has been settled for some time, and that there are requests meanwhile. */
function watch(
  {
    door,
    settled,
    onActive,
  }: { readonly door: Door; readonly settled: () => boolean; readonly onActive: () => void },
  onSettled: () => void,
): { end(): void } {
  let looks = 0
  let requests = door.requests()
  const timer = setInterval(() => {
    const active = door.requests() !== requests
    requests = door.requests()
    if (active) onActive()
    looks = !active && settled() ? looks + 1 : 0
    if (looks === SETTLED_LOOKS) onSettled()
  }, LOOK_MS)
  return { end: () => clearInterval(timer) }
}
