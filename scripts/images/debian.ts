import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { attempt, run } from './shell.ts'

/** What a program in an image is called to run on, in the words of container images. */
export type Architecture = 'amd64' | 'arm64'

/** Debian's packages cannot be had here: no apt, no network, or no such architecture. */
export class Unavailable extends Error {}

/** Installs packages where they are missing: resolves to why that is not possible here. */
export async function install(packages: readonly string[]): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'only root can install them'
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const updated = await attempt('apt-get', ['update', '-q'], { env })
  if (updated.code === 127) return 'this is not a Debian'
  const args = ['install', '-y', '-q', '--no-install-recommends', ...packages]
  const { code, stderr } = await attempt('apt-get', args, { env })
  return code === 0 ? undefined : stderr.trim().split('\n').at(-1)
}

/**
 * Unpacks packages of any architecture to a folder, without their scripts, and leaves the machine's own lists alone.
 * @throws Unavailable where they cannot be had.
 */
export async function unpack(
  packages: readonly string[],
  architecture: Architecture,
  { to, place }: { readonly to: string; readonly place: string },
): Promise<void> {
  const apt = join(place, `apt-${architecture}`)
  for (const folder of ['state/lists/partial', 'cache/archives/partial', 'packages'])
    mkdirSync(join(apt, folder), { recursive: true })
  writeFileSync(join(apt, 'status'), '')
  const options = [
    `Dir::State=${join(apt, 'state')}`,
    `Dir::State::status=${join(apt, 'status')}`,
    `Dir::Cache=${join(apt, 'cache')}`,
    `APT::Architecture=${architecture}`,
    `APT::Architectures=${architecture}`,
    'APT::Sandbox::User=root',
    'Acquire::Languages=none',
  ].flatMap(option => ['-o', option])
  const cwd = join(apt, 'packages')
  // Where one source of several is away, the packages may be had all the same.
  await attempt('apt-get', [...options, '-q', 'update'])
  const { code, stderr } = await attempt('apt-get', [...options, '-q', 'download', ...packages], { cwd })
  if (code !== 0) throw new Unavailable(stderr.trim().split('\n').at(-1))
  for (const name of readdirSync(cwd)) await run('dpkg-deb', ['-x', name, to], { cwd })
}

/** The certificates as one file, as the package's own script would make it. */
export function certificates(tree: string): string {
  const folder = join(tree, 'usr/share/ca-certificates/mozilla')
  return readdirSync(folder)
    .toSorted()
    .map(name => readFileSync(join(folder, name), 'utf8').trimEnd())
    .join('\n')
}
