import { upTo } from '../random.ts'
import type { KillPoint } from '../subject/kill-point.ts'

/** Where a subject is killed, in the words of docs/reliability.md. */
export const PHASES = [
  'asking the provider',
  'reading its answer',
  'writing the spool',
  'between spool and ledger mark',
  'posting',
  'answered, not committed',
  'committing',
  'waiting to retry',
  'catching up at start',
  'stopping after SIGTERM',
  'writing dead letters',
  'any moment',
] as const
export type Phase = (typeof PHASES)[number]

/** How the oracle brings a kill about: by a point within the subject, or from outside. */
export type Means =
  | { readonly by: 'point'; readonly point: KillPoint }
  | { readonly by: 'provider'; readonly at: 'asking' | 'reading' }
  | { readonly by: 'target'; readonly nth: number; readonly after: 'kill' | 'stop' | 'wait' }
  | { readonly by: 'time'; readonly afterMs: number }

export interface Situation {
  /** Rows not on the disk yet, and rows there that are not known to be delivered. */
  readonly unread: number
  readonly waiting: number
  /** Whether rows leave a spool of days, or an outbox. */
  readonly daily: boolean
  readonly random: () => number
}

/** Rows that the spool commits at once. */
const CHUNK_ROWS = 500
/** Events that are committed at once. */
const BATCH_EVENTS = 100
/** Lives are short: no kill waits for more events than this. */
const MOST_EVENTS = 400

const MEANS: Readonly<Record<Phase, (situation: Situation) => Means | undefined>> = {
  'asking the provider': () => ({ by: 'provider', at: 'asking' }),
  'reading its answer': () => ({ by: 'provider', at: 'reading' }),
  'writing the spool'({ unread, daily, random }) {
    if (!daily) return write('^(outbox/\\d+ .|cursor)', 1 + upTo(Math.min(unread, 100), random), 'before')
    // Behind the first chunk's commit, and before the last one's.
    if (unread <= CHUNK_ROWS) return undefined
    if (random() < 0.5) return write('^row/', upTo(CHUNK_ROWS, random), 'after')
    return write('^row/', CHUNK_ROWS + upTo(unread - CHUNK_ROWS, random), 'before')
  },
  'between spool and ledger mark': ({ daily }) =>
    daily ? write('^day/.*"state":"spooled"(?!.*"delivered")', 1, 'before') : undefined,
  posting: situation => ({ by: 'target', nth: event(situation), after: 'kill' }),
  'answered, not committed': situation => ({ by: 'point', point: { on: 'answer', nth: event(situation) } }),
  committing(situation) {
    const { daily, random } = situation
    const when = random() < 0.5 ? 'before' : 'after'
    if (!daily) return write('^outbox/\\d+ $', event(situation), when)
    return write('^day/.*("delivered"|"state":"done")', Math.ceil(event(situation) / BATCH_EVENTS), when)
  },
  'waiting to retry': situation => ({ by: 'target', nth: event(situation), after: 'wait' }),
  'catching up at start': ({ waiting, daily }) =>
    waiting > 0
      ? { by: 'point', point: { on: 'scan', match: daily ? '^row/' : '^outbox/', nth: 1 } }
      : undefined,
  'stopping after SIGTERM': situation => ({ by: 'target', nth: event(situation), after: 'stop' }),
  'writing dead letters': ({ unread, waiting, random }) =>
    write(
      '^dead-letter/letter/',
      upTo((unread + waiting) / 200, random),
      random() < 0.5 ? 'before' : 'after',
    ),
  'any moment': ({ random }) => ({ by: 'time', afterMs: 20 + random() * 800 }),
}

const NEED_UNREAD: readonly Phase[] = [
  'asking the provider',
  'reading its answer',
  'writing the spool',
  'between spool and ledger mark',
]

/** How to kill in a phase now; nothing where the situation has no such phase. */
export function meansOf(phase: Phase, situation: Situation): Means | undefined {
  const { unread, waiting } = situation
  const rows = NEED_UNREAD.includes(phase) ? unread : unread + waiting
  return rows > 0 ? MEANS[phase](situation) : undefined
}

/** The number of an event that this life will send, if nothing comes between. */
function event({ unread, waiting, random }: Situation): number {
  return upTo(Math.min(unread + waiting, MOST_EVENTS), random)
}

function write(match: string, nth: number, when: 'before' | 'after'): Means {
  return { by: 'point', point: { on: 'write', match, nth, when } }
}
