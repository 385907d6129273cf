/** One of the sixteen things that others lost data, money or a night to (docs/reliability.md), and what keeps it away. */
export interface Guard {
  /** Its number, with a letter where it takes two guards. */
  readonly pain: string
  /** What happened to others. */
  readonly what: string
  /** Where the guard is, below the root. */
  readonly file: string
  /** A piece of the file that is there once; without it, `without` stands in its place. */
  readonly guard: string
  readonly without: string
  /** The test file; the test's name says `pain N`. */
  readonly test: string
  /** The file that has the name, where several test files share it. */
  readonly shared?: string
}

const SRC = 'packages/core/src'
const TEST = 'packages/core/test'

export const GUARDS: readonly Guard[] = [
  {
    pain: '1',
    what: 'what was not safe yet was acknowledged',
    file: `${SRC}/connect/ordered.ts`,
    guard: '    const delivery = batch.inTurn',
    without: '    await batch.commit?.([])\n    const delivery = batch.inTurn',
    test: `${TEST}/connect/connect.test.ts`,
  },
  {
    pain: '2',
    what: 'the place to read on from moved although the sync had failed',
    file: `${SRC}/connect/ordered.ts`,
    guard: '      failure ??= asError(error)\n',
    without: '      await batch.commit?.([])\n',
    test: `${TEST}/sources/stream-source.test.ts`,
  },
  {
    pain: '3',
    what: 'rows that are equal were taken for one',
    file: `${SRC}/billing/spool.ts`,
    guard: 'const n = last && group === equal ? last.n + 1 : 0',
    without: 'const n = 0',
    test: `${TEST}/billing/daily-source.test.ts`,
  },
  {
    pain: '4',
    what: 'state was saved at the end only, and a crash began from zero',
    file: `${SRC}/billing/deliver.ts`,
    guard: 'spool.outgoing(record.day, record.revision, record.delivered)',
    without: 'spool.outgoing(record.day, record.revision)',
    test: `${TEST}/billing/daily-source.test.ts`,
  },
  {
    pain: '5',
    what: 'an empty place overwrote a good one',
    file: `${SRC}/state/empty.ts`,
    guard: "  if (value !== '') return\n",
    without: '  if (key) return\n',
    test: `${TEST}/state/sqlite.test.ts`,
    shared: `${TEST}/state/contract.ts`,
  },
  {
    pain: '6',
    what: 'events were dropped while the sink was down',
    file: `${SRC}/connect/deliver.ts`,
    guard: 'attempt >= attempts)) throw because',
    without: 'attempt >= attempts)) return refused',
    test: `${TEST}/connect/connect.test.ts`,
  },
  {
    pain: '7',
    what: 'a 4xx was tried for ever, a network error never, and one bad event held up all',
    file: `${SRC}/http/verdict.ts`,
    guard: ' && !RETRIED_4XX.has(status)) return new Refused',
    without: ' && RETRIED_4XX.has(status)) return new Refused',
    test: `${TEST}/http/target-answers.test.ts`,
  },
  {
    pain: '8',
    what: 'refused events were acknowledged as fine',
    file: `${SRC}/connect/independent.ts`,
    guard: 'await batch.commit?.(refused)',
    without: 'await batch.commit?.([])',
    test: `${TEST}/connect/connect.test.ts`,
  },
  {
    pain: '9',
    what: 'refused events were gone: there were no dead letters',
    file: `${SRC}/connect/ordered.ts`,
    guard: '    await keeper.settle(batch.events, refused)\n',
    without: '',
    test: `${TEST}/dead-letters/holding.test.ts`,
  },
  {
    pain: '10',
    what: 'what was under way at a stop was lost',
    file: `${SRC}/connect/deliver.ts`,
    guard: 'if (final || stop.aborted || (attempts',
    without: 'if (stop.aborted) return refused\n    if (final || (attempts',
    test: `${TEST}/connect/connect.test.ts`,
  },
  {
    pain: '11',
    what: 'queues bounded by count and not by bytes ran out of memory',
    file: `${SRC}/connect/window.ts`,
    guard: 'heldBytes >= bytes || ',
    without: '',
    test: `${TEST}/connect/bounds.test.ts`,
  },
  {
    pain: '12',
    what: 'a part of a batch failed, and all of it was sent again',
    file: `${SRC}/connect/deliver.ts`,
    guard: '    pending = unsent\n',
    without: '',
    test: `${TEST}/connect/connect.test.ts`,
  },
  {
    pain: '13a',
    what: 'runs that were missed were skipped in silence',
    file: `${SRC}/billing/due-days.ts`,
    guard: "if (state === undefined || state === 'failed')",
    without: "if (day === newest && (state === undefined || state === 'failed'))",
    test: `${TEST}/billing/daily-source.test.ts`,
  },
  {
    pain: '13b',
    what: 'every replica ran the same job',
    file: `${SRC}/state/lock-file.ts`,
    guard: 'if ((error as { errcode?: number }).errcode === 5) return undefined',
    without: 'if ((error as { errcode?: number }).errcode === 5) return () => undefined',
    test: `${TEST}/state/sqlite.test.ts`,
  },
  {
    pain: '14a',
    what: 'secrets were logged',
    file: `${SRC}/config/redactor.ts`,
    guard: "text.replace(pattern, '***')",
    without: 'text',
    test: `${TEST}/config/redactor.test.ts`,
  },
  {
    pain: '14b',
    what: 'a rotated secret needed a restart',
    file: `${SRC}/pipeline/reload.ts`,
    guard: '    follow(found)\n',
    without: '',
    test: `${TEST}/pipeline/reload.test.ts`,
  },
  {
    pain: '15',
    what: 'a failed task stayed dead while health said that it ran',
    file: `${SRC}/connect/connect.ts`,
    guard: "        status.set('retrying', reason)\n",
    without: '',
    test: `${TEST}/pipeline/supervise.test.ts`,
  },
  {
    pain: '16',
    what: "yesterday's cost changed for days, and nobody heard of it",
    file: `${SRC}/billing/due-days.ts`,
    guard: "return record.state === 'done' && !record.forgotten && mayChange(record)",
    without: 'return false',
    test: `${TEST}/billing/catch-up.test.ts`,
  },
]
