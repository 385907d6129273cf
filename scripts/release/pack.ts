import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { extract } from 'tar'
import { type Manifest, publishable, ROOT, read } from './packages.ts'
import { run } from './run.ts'

/** A package as npm would get it. */
export interface Packed {
  readonly name: string
  readonly version: string
  /** The tarball, and how many bytes it has. */
  readonly tarball: string
  readonly bytes: number
  /** Where the tarball is unpacked, and its paths from there. */
  readonly folder: string
  readonly files: readonly string[]
  readonly manifest: Manifest
}

/** Packs every package that a release publishes into a directory, which is emptied first. They must be built. */
export async function packAll(directory: string): Promise<readonly Packed[]> {
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { recursive: true })
  const members = publishable()
  const filters = members.flatMap(({ folder }) => ['--filter', `./${folder}`])
  const said = await run(
    'npx',
    ['--yes', 'pnpm@12', '--recursive', ...filters, 'pack', '--pack-destination', directory, '--json'],
    { cwd: ROOT },
  )
  const reports = JSON.parse(said) as { name: string; version: string; filename: string }[]
  const packed = members.map(async ({ manifest: { name } }): Promise<Packed> => {
    const report = reports.find(report => report.name === name)
    if (!report) throw new Error(`pnpm pack made no tarball of ${name}`)
    const folder = join(directory, 'unpacked', name)
    const files: string[] = []
    mkdirSync(folder, { recursive: true })
    await extract({
      file: report.filename,
      cwd: folder,
      strip: 1,
      onReadEntry: ({ path }) => files.push(inside(path)),
    })
    const bytes = readFileSync(report.filename).byteLength
    const manifest = read(join(folder, 'package.json'))
    return { name, version: report.version, tarball: report.filename, bytes, folder, files, manifest }
  })
  return Promise.all(packed)
}

/** A path of a tarball without its first folder, which is always `package`. */
const inside = (path: string): string => path.slice(path.indexOf('/') + 1)
