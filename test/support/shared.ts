import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

const folder = resolve(import.meta.dirname, '../../../shared/data')

/** A file of data from elsewhere that is not part of the project, and the word to skip with where it is missing. */
export function shared(path: string): { path: string; there: boolean; why: string } {
  const full = join(folder, path)
  const there = existsSync(full)
  return { path: full, there, why: there ? '' : ` (skipped: ../shared/data/${path} is not there)` }
}
