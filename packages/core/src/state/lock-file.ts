import { DatabaseSync } from 'node:sqlite'
import { StateError } from '../errors.ts'

/**
 * Locks a file, and returns the way to unlock it; nothing where another process has it. The system takes the
 * lock away when the process ends, however it ends. It is SQLite's own: Node has no other.
 * @throws StateError where the disk has no room for it, or fails.
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
    throw new StateError(`the lock "${file}" cannot be taken; see that its disk works and has room`, error)
  }
}
