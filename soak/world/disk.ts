import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** What the ledger on the disk says of a day, as far as the oracle looks. */
export interface DayOnDisk {
  readonly day: string
  readonly state: string
  readonly rows: number
  readonly delivered?: { readonly count: number }
}

export const readDays = (directory: string): DayOnDisk[] =>
  readKeys(directory, 'day/').map(([, value]) => JSON.parse(value) as DayOnDisk)

/** A dead subject's keys, from a copy: opening the file itself would recover it in the subject's place. */
export function readKeys(directory: string, prefix: string): [key: string, value: string][] {
  const file = join(directory, 'billow.db')
  if (!existsSync(file)) return []
  const copy = mkdtempSync(join(tmpdir(), 'billow-look-'))
  try {
    for (const end of ['', '-wal'])
      if (existsSync(file + end)) copyFileSync(file + end, join(copy, `db${end}`))
    const database = new DatabaseSync(join(copy, 'db'))
    try {
      const known = database.prepare("SELECT name FROM sqlite_master WHERE name = 'state'").get()
      if (!known) return []
      const select = database.prepare('SELECT key, value FROM state WHERE key >= ? AND key < ? ORDER BY key')
      return select.all(prefix, `${prefix}\u{10FFFF}`).map(row => [String(row['key']), String(row['value'])])
    } finally {
      database.close()
    }
  } finally {
    rmSync(copy, { recursive: true })
  }
}
