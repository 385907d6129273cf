import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export const ROOT = join(import.meta.dirname, '../..')

/** A copy of the tree in which the house's packages are the copy's own, and all others those of the workspace. */
export function copyTree(): { readonly root: string; remove(): void } {
  const root = mkdtempSync(join(tmpdir(), 'billow-guards-'))
  const list = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: ROOT })
  const files = list.toString().split('\n')
  for (const file of files) {
    if (!file || !existsSync(join(ROOT, file))) continue
    mkdirSync(join(root, dirname(file)), { recursive: true })
    cpSync(join(ROOT, file), join(root, file))
  }
  for (const place of new Set(files.filter(file => file.endsWith('/package.json')).map(dirname))) {
    const modules = join(place, 'node_modules')
    if (existsSync(join(ROOT, modules)))
      cpSync(join(ROOT, modules), join(root, modules), { recursive: true, verbatimSymlinks: true })
  }
  mkdirSync(join(root, 'node_modules/@billow'), { recursive: true })
  for (const name of readdirSync(join(ROOT, 'node_modules')))
    if (name !== '@billow') symlinkSync(join(ROOT, 'node_modules', name), join(root, 'node_modules', name))
  for (const name of readdirSync(join(root, 'packages')))
    symlinkSync(join(root, 'packages', name), join(root, 'node_modules/@billow', name))
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) }
}
