import type { Charge } from '../charge.ts'
import { chunksOf } from './chunks.ts'

/** Charges as NDJSON: a JSON object a line, with all columns. Text comes in chunks, as from `toCsv`. */
export function toNdjson(charges: Iterable<Charge> | AsyncIterable<Charge>): AsyncIterable<string> {
  async function* lines(): AsyncGenerator<string> {
    for await (const charge of charges) yield `${JSON.stringify(charge)}\n`
  }
  return chunksOf(lines())
}
