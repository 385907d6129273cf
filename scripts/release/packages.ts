import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export const ROOT = join(import.meta.dirname, '../..')

export interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly bin?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

/** A package or an app of this repository; the folder is relative to its root. */
export interface Member {
  readonly folder: string
  readonly manifest: Manifest
}

/** What a release gives its version to: every package, which npm gets, and every app, which is an image. */
export function members(): readonly Member[] {
  return globSync('{packages,apps}/*/package.json', { cwd: ROOT })
    .toSorted()
    .map(file => ({ folder: dirname(file), manifest: read(join(ROOT, file)) }))
}

/** The packages that a release publishes, each behind those that it depends on. */
export function publishable(): readonly Member[] {
  const waiting = new Map(
    members()
      .filter(member => !member.manifest.private)
      .map(member => [member.manifest.name, member]),
  )
  const ordered: Member[] = []
  while (waiting.size > 0) {
    const ready = [...waiting.values()].filter(
      ({ manifest }) => !Object.keys(manifest.dependencies ?? {}).some(name => waiting.has(name)),
    )
    if (ready.length === 0)
      throw new Error(`these packages depend on each other: ${[...waiting.keys()].join(', ')}`)
    for (const member of ready) waiting.delete(member.manifest.name)
    ordered.push(...ready)
  }
  return ordered
}

/** The version that all of them share. */
export function releaseVersion(): string {
  const versions = Map.groupBy(members(), ({ manifest }) => manifest.version)
  if (versions.size === 1) return [...versions.keys()].join('')
  const said = [...versions].map(
    ([version, has]) => `${version}: ${has.map(({ folder }) => folder).join(', ')}`,
  )
  throw new Error(`packages and apps have one version, but these differ: ${said.join('; ')}`)
}

export const read = (file: string): Manifest => JSON.parse(readFileSync(file, 'utf8'))
