import { addDecimals, type CommandCall, type Context, formatTable, UsageError } from '@billow/core'
import type { CbfRow } from './cbf/row.ts'
import { type AnycostStream, openAnycost } from './client.ts'
import { type CloudzeroConfig, type Stream, streamsOf } from './config.ts'
import { fillerId } from './send/filler.ts'
import { dayOf } from './cbf/hour.ts'
import { hourText } from './send/read-month.ts'
import { patiently } from './patiently.ts'
import { KEEP_DAYS } from './kept/prune.ts'
import { isSent, scanRows, scanSlots } from './kept/slots.ts'
import { negative } from './cbf/net.ts'
import { costOf } from './cbf/tally.ts'

/** What a day of a service comes to, here and at CloudZero. */
interface Line {
  readonly currency: string
  readonly day: string
  readonly service: string
  readonly ours: Sum
  readonly theirs: Sum
  /** Ours less theirs. */
  readonly difference: string
  /** With `sum`, corrections are rows of their own: only the costs must be the same. */
  readonly equal: boolean
  /** Whether the day waits to be sent. */
  readonly waits: boolean
  /** Whether anything of the month is kept here: one long over is not, and a lost state knows none. */
  readonly kept: boolean
}

interface Sum {
  readonly rows: number
  readonly cost: string
}

const NONE: Sum = { rows: 0, cost: '0' }

/** `check --month`: prints ours, theirs and the difference; 1 where there is one. */
export async function compareMonth({
  context,
  options,
  terminal,
}: CommandCall<CloudzeroConfig>): Promise<number> {
  const month = String(options['month'] ?? '')
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) {
    throw new UsageError(`check: --month: found "${month}"; give a month such as 2024-08`)
  }
  const lines: Line[] = []
  for (const stream of streamsOf(context.config)) {
    const client = openAnycost(context, stream.connection)
    try {
      lines.push(...(await patiently(() => compare(context, stream, client, month), context)))
    } finally {
      await client.close()
    }
  }
  const equal = lines.every(line => line.equal)
  if (options['json'] === true) terminal.print(JSON.stringify({ month, equal, lines }))
  else print(month, lines, terminal.print)
  return equal ? 0 : 1
}

async function compare(
  { config, state }: Pick<Context<CloudzeroConfig>, 'config' | 'state'>,
  stream: Stream,
  client: AnycostStream,
  month: string,
): Promise<readonly Line[]> {
  const ours = new Map<string, Sum>()
  const theirs = new Map<string, Sum>()
  const waiting = new Set<string>()
  let kept = false
  for await (const [slot, record] of scanSlots(state, stream.currency, `${month}-`)) {
    kept = true
    if (!isSent(record, stream)) waiting.add(dayOf(slot.hour))
    for await (const [, row] of scanRows(state, slot)) count(ours, row)
  }
  for await (const rows of client.rows(month)) {
    for (const row of rows) if (!isFiller(row, stream)) count(theirs, row)
  }

  return [...new Set([...ours.keys(), ...theirs.keys()])].sort().map(key => {
    const [day, service] = JSON.parse(key) as [string, string]
    const mine = ours.get(key) ?? NONE
    const their = theirs.get(key) ?? NONE
    const difference = addDecimals(mine.cost, negative(their.cost))
    return {
      currency: stream.currency,
      day,
      service,
      ours: mine,
      theirs: their,
      difference,
      equal: difference === '0' && (mine.rows === their.rows || config.operation === 'sum'),
      waits: waiting.has(day),
      kept,
    }
  })
}

function count(sums: Map<string, Sum>, row: CbfRow): void {
  const key = JSON.stringify([dayOf(hourText(row)), row['resource/service'] ?? ''])
  const { rows, cost } = sums.get(key) ?? NONE
  sums.set(key, { rows: rows + 1, cost: addDecimals(cost, costOf(row)) })
}

/** It only keeps a place. */
const isFiller = (row: CbfRow, { currency }: Stream): boolean =>
  row['lineitem/id'] === fillerId({ currency, hour: hourText(row) })

const nameLine = (line: Line): readonly [name: string, line: Line] => [
  `  ${line.service || '(no service)'}`,
  line,
]

/** A line a day; the services of a day only where they differ. */
function print(month: string, lines: readonly Line[], say: (line: string) => void): void {
  if (lines.length === 0) return say(`${month}: neither this sink nor CloudZero has charges`)
  const table = [...Map.groupBy(lines, ({ currency, day }) => `${day} ${currency}`).values()].flatMap(day => {
    const different = day.filter(line => !line.equal)
    return [[day[0]?.day ?? '', sumLines(day)] as const, ...different.map(nameLine)]
  })
  const cells = table.map(([name, line]) => [
    name,
    line.currency,
    `${line.ours.cost} (${line.ours.rows})`,
    `${line.theirs.cost} (${line.theirs.rows})`,
    line.difference,
    verdictOf(line),
  ])
  say(formatTable(['DAY', 'CURRENCY', 'OURS (ROWS)', "CLOUDZERO'S (ROWS)", 'DIFFERENCE', ''], cells))
  for (const [currency, own] of Map.groupBy(lines, line => line.currency)) {
    const { ours, theirs, difference, kept } = sumLines(own)
    say(
      kept
        ? `${month}: ours ${ours.cost} ${currency}, CloudZero's ${theirs.cost} ${currency}, difference ${difference}`
        : `${month}: nothing in ${currency} is kept here to compare with; months are forgotten ${KEEP_DAYS} days after their end, and a state that was lost knows none`,
    )
  }
}

function verdictOf({ equal, waits, kept }: Line): string {
  if (!kept) return 'not kept'
  if (equal) return 'equal'
  return waits ? 'not sent yet' : 'DIFFERENT'
}

function sumLines(lines: readonly Line[]): Line {
  const [first] = lines as readonly [Line]
  const sum = (of: 'ours' | 'theirs'): Sum => ({
    rows: lines.reduce((rows, line) => rows + line[of].rows, 0),
    cost: lines.reduce((cost, line) => addDecimals(cost, line[of].cost), '0'),
  })
  const difference = lines.reduce((sum, line) => addDecimals(sum, line.difference), '0')
  const equal = lines.every(line => line.equal)
  return { ...first, service: '', ours: sum('ours'), theirs: sum('theirs'), difference, equal }
}
