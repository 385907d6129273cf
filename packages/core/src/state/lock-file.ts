import { DatabaseSync } from 'node:sqlite'

/**
 * Locks a file, and returns the way to unlock it; nothing where another process has it. The system takes the
 * lock away when the process ends, however it ends. It is SQLite's own: Node has no other.
 */
export function lockFile(file: string): (() => void) | undefined {
  const database = new DatabaseSync(file)
  try {
    database.exec('BEGIN EXCLUSIVE')
    return () => {
      if (database.isOpen) database.close()
    }
  } catch (error) {
    database.close()
    // SQLITE_BUSY
    if ((error as { errcode?: number }).errcode === 5) return undefined
    throw error
  }
}
