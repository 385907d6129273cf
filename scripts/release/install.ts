import { globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Packed } from './pack.ts'
import { run } from './run.ts'

/** A package as a user's `npm install` leaves it, in a folder where nothing else was installed. */
export interface Installed {
  readonly packed: Packed
  readonly folder: string
  /** The names of all packages that came with it, itself among them. */
  readonly tree: readonly string[]
  /** Of those, the ones that run a script when they are installed. */
  readonly scripts: readonly string[]
  /** Of all files in node_modules. */
  readonly bytes: number
}

interface Entry {
  readonly hasInstallScript?: boolean
}

/** Installs a package from a registry of its scope; all else comes from where npm gets it. */
export async function installAlone(packed: Packed, registry: string, folder: string): Promise<Installed> {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "name": "user", "private": true, "type": "module" }\n')
  writeFileSync(join(folder, '.npmrc'), `@billow:registry=${registry}\n`)
  const quick = ['--prefer-offline', '--no-audit', '--no-fund']
  await run('npm', ['install', `${packed.name}@${packed.version}`, ...quick], { cwd: folder })
  const modules = join(folder, 'node_modules')
  const { packages } = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8')) as {
    packages: Readonly<Record<string, Entry>>
  }
  const places = Object.keys(packages)
  return {
    packed,
    folder,
    tree: places.map(nameOf),
    scripts: places.filter(place => packages[place]?.hasInstallScript).map(nameOf),
    bytes: sizeOf(modules),
  }
}

const nameOf = (place: string): string =>
  place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length)

/** The bytes of all files below a folder. */
export function sizeOf(folder: string): number {
  return globSync('**/*', { cwd: folder })
    .map(file => statSync(join(folder, file)))
    .reduce((sum, stat) => sum + (stat.isFile() ? stat.size : 0), 0)
}
