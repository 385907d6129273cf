import { createHash } from 'node:crypto'
import { gunzipSync, gzipSync } from 'node:zlib'
import { Refused } from '@billow/core'
import type { CbfRow } from '../cbf/row.ts'
import type { CloudzeroConfig } from '../config.ts'
import { addRow, NOTHING, type Tally } from '../cbf/tally.ts'

export type Operation = CloudzeroConfig['operation']

/** A request body. It is kept compressed: a day in many parts is taken from the state at once, and sent one by one. */
export interface Part {
  readonly operation: Operation
  readonly bytes: number
  readonly digest: string
  text(): string
}

export interface Packing {
  /** `2024-08`. */
  readonly month: string
  readonly first: Operation
  /** Of the parts behind the first; where there is none, all must fit into one. */
  readonly next?: Operation
  readonly maxBytes: number
}

/** Rows as request bodies, with what they come to. Throws `Refused` where they do not fit. */
export async function packRows(
  rows: AsyncIterable<CbfRow>,
  { month, first, next, maxBytes }: Packing,
): Promise<{ readonly parts: readonly Part[]; readonly tally: Tally }> {
  const parts: Part[] = []
  let tally = NOTHING
  let texts: string[] = []
  let bytes = 0
  const head = (operation: Operation): string =>
    `{"month":"${month}-01T00:00:00+00:00","operation":"${operation}","data":[`
  const operation = (): Operation => (parts.length === 0 ? first : (next ?? first))
  const frame = head('replace_hourly').length + 2
  const close = (): void => {
    parts.push(partOf(`${head(operation())}${texts.join(',')}]}`, operation()))
    texts = []
    bytes = 0
  }
  for await (const row of rows) {
    const text = JSON.stringify(row)
    const size = Buffer.byteLength(text) + 1
    if (frame + size > maxBytes) {
      throw new Refused(
        `the row with lineitem/id ${row['lineitem/id']} alone takes ${frame + size} bytes, and a request may have ${maxBytes}: send fewer of its tags (\`tags\`)`,
      )
    }
    if (frame + bytes + size > maxBytes) {
      if (next === undefined) {
        throw new Refused(doesNotFit(month, maxBytes))
      }
      close()
    }
    texts.push(text)
    bytes += size
    tally = addRow(tally, row)
  }
  if (texts.length > 0) close()
  return { parts, tally }
}

/** What cannot go in parts. */
export const doesNotFit = (month: string, maxBytes: number): string =>
  `${month} takes more than the ${maxBytes} bytes of one request, and replace_drop sends a month whole; set operation to replace_hourly`

function partOf(body: string, operation: Operation): Part {
  const bytes = Buffer.byteLength(body)
  const compressed = gzipSync(body, { level: 1 })
  return {
    operation,
    bytes,
    digest: createHash('sha256').update(body).digest('hex'),
    text: () => gunzipSync(compressed).toString(),
  }
}
