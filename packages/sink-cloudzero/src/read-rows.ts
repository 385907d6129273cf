import { decimalOf } from '@billow/core'
import { JSONParser } from '@streamparser/json'
import type { CbfRow } from './cbf/row.ts'

/**
 * The rows of an answer `{ "billing_drop": [ … ] }`, those of a piece of it at a time: a month may be larger than what a
 * container has room for. Throws where the text ends early or is no such answer.
 */
export async function* readRows(body: AsyncIterable<Uint8Array>): AsyncGenerator<readonly CbfRow[]> {
  const parser = new JSONParser({ paths: ['$.billing_drop.*'], keepStack: false })
  let rows: CbfRow[] = []
  let none = true
  const head: Uint8Array[] = []
  parser.onValue = ({ value }) => void rows.push(textRow(value))
  for await (const chunk of body) {
    parser.write(chunk)
    if (rows.length === 0) {
      if (none) head.push(chunk)
      continue
    }
    none = false
    yield rows
    rows = []
  }
  if (!parser.isEnded) throw new SyntaxError('the answer ended early')
  if (none && !isEmptyDrop(Buffer.concat(head).toString())) throw new SyntaxError('it has no billing_drop')
}

/** A row in the one spelling that is compared: CloudZero may give numbers, and columns with nothing in them. */
function textRow(value: unknown): CbfRow {
  const columns = Object.entries(Object(value) as object).filter(
    ([, value]) => value !== null && value !== '',
  )
  return Object.fromEntries(
    columns.map(([name, value]) => [name, (typeof value === 'number' && decimalOf(value)) || String(value)]),
  )
}

const isEmptyDrop = (text: string): boolean =>
  Array.isArray((JSON.parse(text) as { readonly billing_drop?: unknown }).billing_drop)
