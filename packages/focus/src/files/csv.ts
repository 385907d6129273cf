import type { Charge } from '../charge.ts'
import { COLUMN_NAMES } from '../columns.ts'
import { chunksOf } from './chunks.ts'
import { EVENT_COLUMNS, type FileOptions } from './custom.ts'

/**
 * Charges as CSV (RFC 4180): a header, then a line each, with all columns of FOCUS; null is an empty cell. Text comes in
 * chunks, to be written one after the other; nothing is read ahead.
 */
export function toCsv(
  charges: Iterable<Charge> | AsyncIterable<Charge>,
  { custom = EVENT_COLUMNS }: FileOptions = {},
): AsyncIterable<string> {
  const columns = [...COLUMN_NAMES, ...custom]
  async function* lines(): AsyncGenerator<string> {
    yield line(columns)
    for await (const charge of charges) yield line(columns.map(column => charge[column] ?? ''))
  }
  return chunksOf(lines())
}

const line = (cells: readonly string[]): string => `${cells.map(quoted).join()}\r\n`

const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
