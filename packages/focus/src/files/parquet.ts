import type { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import type { Charge } from '../charge.ts'
import { COLUMN_NAMES } from '../columns.ts'
import { EVENT_COLUMNS, type FileOptions } from './custom.ts'
import { type ParquetColumn, parquetColumn } from './parquet-columns.ts'

/** A row group is held in memory while it is encoded: so many charges, or so much text, whichever comes first. */
const GROUP_ROWS = 5000
const GROUP_LENGTH = 4 << 20

/**
 * Charges as Parquet, with all columns of FOCUS: costs, prices and quantities are DECIMAL(38, 20), times are TIMESTAMP
 * in UTC, all else is text. Bytes come in chunks, to be written one after the other; nothing is read ahead. The library
 * that writes them is loaded at the first chunk.
 * @throws BillowError for a number of more digits than that, naming the column.
 */
export async function* toParquet(
  charges: Iterable<Charge> | AsyncIterable<Charge>,
  { custom = EVENT_COLUMNS }: FileOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const { ByteWriter, ParquetWriter } = await import('hyparquet-writer')
  const columns = [...COLUMN_NAMES, ...custom].map(parquetColumn)
  const root = { name: 'charges', num_children: columns.length }
  const bytes = new ByteWriter()
  const writer = new ParquetWriter({
    writer: bytes,
    schema: [root, ...columns.map(({ element }) => element)],
    createdBy: 'billow',
  })
  const group: Charge[] = []
  let length = 0
  for await (const charge of charges) {
    group.push(charge)
    for (const text of Object.values(charge)) length += text?.length ?? 0
    if (group.length < GROUP_ROWS && length < GROUP_LENGTH) continue
    await writeGroup(writer, columns, group.splice(0))
    yield taken(bytes)
    length = 0
  }
  if (group.length > 0) await writeGroup(writer, columns, group)
  await writer.finish()
  yield taken(bytes)
}

async function writeGroup(
  writer: ParquetWriter,
  columns: readonly ParquetColumn[],
  group: readonly Charge[],
): Promise<void> {
  const columnData = columns.map(({ name, value }) => ({
    name,
    data: group.map(charge => {
      const text = charge[name as keyof Charge] ?? null
      return text === null ? null : value(text)
    }),
  }))
  await writer.write({ columnData, rowGroupSize: group.length })
}

/** What was written since the last time; its place in the file is kept. */
function taken(writer: ByteWriter): Uint8Array {
  const chunk = writer.getBytes().slice()
  writer.index = 0
  return chunk
}
