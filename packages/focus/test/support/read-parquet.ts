import { DuckDBInstance, type DuckDBValue } from '@duckdb/node-api'
import type { Charge } from '@billow/focus'

/** What another reader, DuckDB, finds in a Parquet file. */
export async function readParquet(file: string): Promise<ParquetFile> {
  const database = await DuckDBInstance.create(':memory:')
  const connection = await database.connect()
  const ask = async (sql: string): Promise<Row[]> => {
    const reader = await connection.runAndReadAll(sql.replace('FILE', `'${file}'`))
    return reader.getRowObjects()
  }
  try {
    const rows = await ask('SELECT * FROM FILE')
    const types = await ask('DESCRIBE SELECT * FROM FILE')
    const [groups] = await ask('SELECT count(DISTINCT row_group_id) AS n FROM parquet_metadata(FILE)')
    return {
      types: Object.fromEntries(types.map(row => [String(row['column_name']), String(row['column_type'])])),
      charges: rows.map(row =>
        Object.fromEntries(Object.entries(row).map(([name, value]) => [name, textOf(value)])),
      ) as unknown as readonly Charge[],
      groups: Number(groups?.['n']),
    }
  } finally {
    connection.closeSync()
    database.closeSync()
  }
}

type Row = Record<string, DuckDBValue>

interface ParquetFile {
  /** DuckDB's type of each column, by name, in order. */
  readonly types: Readonly<Record<string, string>>
  /** Every value as the text that it was, but for zeros at the end of a number. */
  readonly charges: readonly Charge[]
  readonly groups: number
}

/** DuckDB gives decimals as whole numbers with a scale, and times in microseconds: all of it exact. */
function textOf(value: DuckDBValue): string | null {
  if (value === null || typeof value === 'string') return value
  const { scale, micros } = value as { scale?: number; micros?: bigint }
  if (micros !== undefined) return new Date(Number(micros / 1000n)).toISOString().replace('.000Z', 'Z')
  if (scale === undefined) throw new Error(`a value of another type: ${String(value)}`)
  const text = String(value)
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}
