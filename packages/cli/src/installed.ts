import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Place } from './find.ts'

/** What a package says of itself that tells a connector. */
interface Manifest {
  readonly name?: string
  readonly version?: string
  readonly keywords?: unknown
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

export interface Installed {
  readonly name: string
  readonly version: string
}

/** The core and what is no connector. */
const OTHERS = new Set(['@billow/core', '@billow/cli', '@billow/simulators', '@billow/testing'])

/**
 * Packages that may be connectors, to be seen from a folder or from here: those that use the core, or have the
 * keyword, and those built in. Only these are loaded to see whether they are.
 */
export function candidates({ directory, builtIn, version: own }: Place): readonly Installed[] {
  const found = new Map<string, Installed>()
  for (const place of [...placesFrom(resolve(directory)), ...placesFrom(import.meta.dirname)]) {
    for (const manifest of manifestsIn(join(place, 'node_modules'))) {
      const { name = '', version = '' } = manifest
      if (!found.has(name) && mayBeConnector(manifest)) found.set(name, { name, version })
    }
  }
  for (const name of Object.keys(builtIn)) if (!found.has(name)) found.set(name, { name, version: own })
  return [...found.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** A folder and all around it, as packages are looked for. */
function placesFrom(folder: string): readonly string[] {
  const around = dirname(folder)
  return around === folder ? [folder] : [folder, ...placesFrom(around)]
}

function manifestsIn(folder: string): readonly Manifest[] {
  const names = entriesOf(folder).flatMap(name =>
    name.startsWith('@') ? entriesOf(join(folder, name)).map(own => `${name}/${own}`) : [name],
  )
  return names.flatMap(name => {
    try {
      return [JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8')) as Manifest]
    } catch {
      return []
    }
  })
}

const entriesOf = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder) : [])

function mayBeConnector({ name, keywords, dependencies, peerDependencies }: Manifest): boolean {
  if (name === undefined || OTHERS.has(name)) return false
  const needs = { ...dependencies, ...peerDependencies }
  return '@billow/core' in needs || (Array.isArray(keywords) && keywords.includes('billow-connector'))
}
