import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { pick } from '../random.ts'
import { type Books, createBooks, type Tally } from '../world/books.ts'
import { startCostExplorer } from '../world/cost-explorer.ts'
import { startFeed } from '../world/feed.ts'
import type { Provider } from '../world/provider.ts'
import { startCountingTarget } from '../world/target.ts'
import { startTcpProxy } from '../world/tcp-proxy.ts'
import { drawTrouble } from '../world/trouble.ts'
import { type LifeOptions, live, scriptOf, type Subject } from './life.ts'
import { meansOf, PHASES, type Phase } from './phases.ts'

export interface LaneOptions {
  readonly arm: Subject['arm']
  readonly broken: string | undefined
  readonly random: () => number
  readonly faults: Tally
  /** Kills by phase, of all lanes together. */
  readonly kills: Map<Phase, number>
  /** How many kills and rows all lanes together are to have. */
  readonly wanted: { readonly killsEach: number; readonly kills: number; readonly rows: number }
  /** Rows issued by all lanes so far. */
  readonly issued: () => number
  /** What was promised and is not so. */
  readonly onFault: (fault: string) => void
  readonly onBooks: (books: Books) => void
  readonly onLife: () => void
}

/** Lives without a kill that may pass before what is still missing is called lost. */
const LAST_LIVES = 3
/** Where so many lives in a row end before their kill, what is missing is out of reach. */
const MOST_MISSES = 15
/** Rows that may wait at once: more only make each life longer. */
const MOST_OPEN = 3000

/** One subject on one data directory, killed again and again, and then left alone until all is delivered. */
export async function runLane(options: LaneOptions): Promise<void> {
  const { arm, broken, random, faults, kills, wanted, issued, onFault, onLife } = options
  const books = createBooks()
  options.onBooks(books)
  const folder = mkdtempSync(join(tmpdir(), 'billow-soak-'))
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  process.on('exit', remove)
  const dataDirectory = join(folder, 'data')
  mkdirSync(dataDirectory)
  let faulty = true
  const world = { random, faults, faulty: () => faulty }
  const daily = arm !== 'outbox'
  const provider = await (daily ? startCostExplorer(books, onFault, world) : startFeed(books, world))
  const target = await startCountingTarget({ books, ...world })
  const proxy = await startTcpProxy(target.url, () => drawTrouble(world))
  const subject = { arm, broken, dataDirectory, configFile: join(folder, 'config.yml') }
  writeFileSync(subject.configFile, configOf(proxy.url, provider.url, daily))
  const life = (means: LifeOptions['means']) =>
    live(subject, { means, provider, target, random, args: ['run', ...provider.args()] })

  const phases = daily ? PHASES : PHASES.filter(phase => phase !== 'between spool and ledger mark')
  const missing = (): Phase[] => phases.filter(phase => (kills.get(phase) ?? 0) < wanted.killsEach)
  const total = (): number => [...kills.values()].reduce((sum, count) => sum + count, 0)
  let misses = 0

  try {
    provider.issue()
    while (missing().length > 0 || total() < wanted.kills) {
      const phase = pick(missing().length > 0 ? missing() : phases, random)
      const means = prepare(phase)
      const end = await life(means)
      onLife()
      if (end.how === 'stuck' || end.how === 'failed') onFault(end.why)
      if (means && end.how === 'killed' && unsettled(books, provider, dataDirectory)) {
        kills.set(phase, (kills.get(phase) ?? 0) + 1)
        misses = 0
        continue
      }
      misses += 1
      if (misses < MOST_MISSES) continue
      onFault(`${arm}: no kill in ${misses} lives, the last of them for "${phase}"`)
      break
    }
    await drain()
    if (!broken) await compareDeadLetters()
  } finally {
    provider.close()
    target.close()
    proxy.close()
    remove()
    process.off('exit', remove)
  }

  /** How to kill in a phase now, with as many rows more as it takes; nothing where what waits must be delivered first. */
  function prepare(phase: Phase): LifeOptions['means'] {
    for (;;) {
      const { unread, waiting } = provider.look(dataDirectory)
      const means = meansOf(phase, { unread, waiting, daily, random })
      if (means) return means
      if (books.open() >= MOST_OPEN) return undefined
      if (phase === 'catching up at start' && unread > 0) return undefined
      provider.issue()
    }
  }

  /** Rows up to the number wanted, and lives without kills, until all is settled. */
  async function drain(): Promise<void> {
    let lives = 0
    while (lives < LAST_LIVES) {
      if (issued() < wanted.rows) provider.issue()
      else faulty = false
      const before = books.open()
      const end = await life(undefined)
      onLife()
      if (end.how === 'stuck' || end.how === 'failed') onFault(end.why)
      if (books.open() === 0 && issued() >= wanted.rows) return
      lives = !faulty && books.open() >= before ? lives + 1 : 0
    }
  }

  /** What the target refused is in the dead letters, and a replay brings it. */
  async function compareDeadLetters(): Promise<void> {
    const listed = JSON.parse(await command('dead-letters', '--json')) as { deadLetters: { id: string }[] }
    const kept = new Set(listed.deadLetters.map(({ id }) => id))
    const refused = books.refused()
    for (const id of refused) if (!kept.has(id)) onFault(`${id} was refused, and is no dead letter`)
    for (const id of kept) if (!refused.has(id)) onFault(`${id} is a dead letter, and was not refused`)
  }

  async function command(...args: string[]): Promise<string> {
    const env = {
      PATH: process.env['PATH'],
      CONNECTOR_CONFIG: subject.configFile,
      BILLOW_DATA_DIR: dataDirectory,
      SOAK_SOURCE: arm,
    }
    const flags = [...process.execArgv, scriptOf(arm), ...args]
    const { stdout } = await promisify(execFile)(process.execPath, flags, { env, maxBuffer: 1 << 28 })
    return stdout
  }
}

/** Whether something was unacknowledged or uncommitted when the subject was killed. */
function unsettled(books: Books, provider: Provider, dataDirectory: string): boolean {
  if (books.open() > 0) return true
  const { unread, waiting } = provider.look(dataDirectory)
  return unread + waiting > 0
}

function configOf(target: string, endpoint: string, daily: boolean): string {
  const keys =
    'account_id: "123456789012"\nsecret:\n  access_key_id: AKIAIOSFODNN7EXAMPLE\n  secret_access_key: oracle\n'
  return `target: ${target}\nendpoint: ${endpoint}\ntimeout: 2\nsend_event_attempts: 0\n${daily ? keys : ''}`
}
