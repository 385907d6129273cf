import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A package of which a bundle holds code, and where it lies. */
export interface Bundled {
  readonly folder: string
  readonly manifest: Manifest
  /** The packages whose code its own code imports, by folder. */
  readonly imports: Set<string>
}

export interface Manifest {
  readonly name: string
  readonly version: string
  readonly license?: string
  readonly author?: string | { readonly name?: string }
}

/** What a bundler tells of a module: rendered is how much of it is left in the bundle. */
export interface Module {
  readonly id: string
  readonly rendered: number
  readonly imports: readonly string[]
}

/** The packages of which code is left in a bundle, in the order of their names and versions. */
export function bundledPackages(modules: Iterable<Module>): readonly Bundled[] {
  const found = new Map<string, Bundled>()
  const left = [...modules].filter(({ rendered }) => rendered > 0)
  for (const { id } of left) {
    const folder = folderOf(id)
    if (folder && !found.has(folder))
      found.set(folder, { folder, manifest: read(folder), imports: new Set() })
  }
  for (const { id, imports } of left) {
    const folder = folderOf(id)
    const own = folder && found.get(folder)
    if (!own) continue
    for (const imported of imports.map(folderOf)) {
      if (imported && imported !== own.folder && found.has(imported)) own.imports.add(imported)
    }
  }
  return [...found.values()].toSorted((a, b) => (identity(a) < identity(b) ? -1 : 1))
}

export const identity = ({ manifest }: Bundled): string => `${manifest.name}@${manifest.version}`

/** The folder of the package that a module belongs to; the bundler's own helpers belong to the bundler. */
function folderOf(id: string): string | undefined {
  if (id.startsWith('\0rolldown/')) return nearest(dirname(fileURLToPath(import.meta.resolve('rolldown'))))
  return id.startsWith('/') || /^[A-Z]:/.test(id) ? nearest(dirname(id)) : undefined
}

const known = new Map<string, string | undefined>()

/** The folder at or above this one whose package.json names a package; those that only say `type` do not. */
function nearest(folder: string): string | undefined {
  if (!known.has(folder)) {
    const above = dirname(folder)
    known.set(folder, names(folder) ? folder : above === folder ? undefined : nearest(above))
  }
  return known.get(folder)
}

function names(folder: string): boolean {
  if (!existsSync(join(folder, 'package.json'))) return false
  const { name, version } = read(folder)
  return Boolean(name && version)
}

const read = (folder: string): Manifest => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
