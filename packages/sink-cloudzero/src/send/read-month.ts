import type { CbfRow } from '../cbf/row.ts'
import type { AnycostStream } from '../client.ts'
import { together } from '../cbf/net.ts'
import type { CloudzeroConfig } from '../config.ts'
import type { Slot } from '../kept/slots.ts'
import { addRow, NOTHING, type Tally } from '../cbf/tally.ts'

/** What CloudZero has of an hour. */
export interface Contents {
  readonly tally: Tally
  /** Its rows by id, those of one id as one; only where they are asked for. */
  readonly net: ReadonlyMap<string, CbfRow>
}

interface Reading {
  readonly client: AnycostStream
  /** `2024-08`. */
  readonly month: string
  /** Which hours are gathered with all of their rows, and not only counted. */
  readonly gathered?: (hour: string) => boolean
  /** Is handed all rows with their hours, some at a time. */
  readonly onRows?: (rows: readonly (readonly [hour: string, row: CbfRow])[]) => Promise<void>
}

/** Reads what CloudZero has of a month, by hour. */
export async function readMonth({
  client,
  month,
  gathered = () => false,
  onRows,
}: Reading): Promise<ReadonlyMap<string, Contents>> {
  const hours = new Map<string, { tally: Tally; net: Map<string, CbfRow> }>()
  for await (const rows of client.rows(month)) {
    const dated = rows.map(dateRow)
    for (const [hour, row] of dated) {
      const contents = hours.get(hour) ?? { tally: NOTHING, net: new Map() }
      hours.set(hour, contents)
      contents.tally = addRow(contents.tally, row)
      const id = row['lineitem/id'] ?? ''
      if (gathered(hour)) contents.net.set(id, together(contents.net.get(id), row))
    }
    await onRows?.(dated)
  }
  return hours
}

/** With \`sum\` the rows of these hours are gathered: what is missing is computed from them. */
export function gathering(
  operation: CloudzeroConfig['operation'],
  slots: readonly Slot[],
): (hour: string) => boolean {
  const hours = new Set(slots.map(({ hour }) => hour))
  return hour => operation === 'sum' && hours.has(hour)
}

export const EMPTY: Contents = { tally: NOTHING, net: new Map() }

/** The row with its hour, which is written in one way then. */
function dateRow(row: CbfRow): readonly [hour: string, row: CbfRow] {
  const hour = hourText(row)
  return [hour, { ...row, 'time/usage_start': hour }]
}

const TIME = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))? ?(Z|[+-]\d\d:?\d\d)?$/

/** The hour of a row, however CloudZero writes it. */
export function hourText(row: CbfRow): string {
  const text = row['time/usage_start'] ?? ''
  const [, day, time = '00:00', zone = 'Z'] = TIME.exec(text) ?? []
  const instant = Date.parse(`${day}T${time}${zone}`)
  return Number.isNaN(instant) ? text : `${new Date(instant).toISOString().slice(0, 13)}:00:00Z`
}
