import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './apps.ts'
import { type Architecture, certificates, unpack } from './debian.ts'
import type { Engine } from './engine.ts'
import { run } from './shell.ts'

/** What Node needs of Debian, and what its programs ask for: certificates, time zones, names of services. */
const PACKAGES = ['base-files', 'libc6', 'libgcc-s1', 'libstdc++6', 'ca-certificates', 'tzdata', 'netbase']

const USERS = [
  'root:x:0:0:root:/root',
  'nobody:x:65534:65534::/nonexistent',
  'nonroot:x:65532:65532::/home/nonroot',
]

/**
 * Builds a base image of the layout of the default one (distroless: no shell, Node in /nodejs/bin) without a registry,
 * from Debian's packages and the Node of this workspace. Returns its name.
 * @throws Unavailable where the packages cannot be had.
 */
export async function buildBase(engine: Engine, architecture: Architecture): Promise<string> {
  const context = join(engine.place, `base-${architecture}`)
  const tree = join(context, 'tree')
  mkdirSync(join(tree, 'nodejs/bin'), { recursive: true })
  await unpack(PACKAGES, architecture, { to: tree, place: engine.place })
  copyFileSync(await nodeFor(architecture, engine.place), join(tree, 'nodejs/bin/node'))
  mkdirSync(join(tree, 'etc/ssl/certs'), { recursive: true })
  writeFileSync(join(tree, 'etc/ssl/certs/ca-certificates.crt'), certificates(tree))
  writeFileSync(join(tree, 'etc/passwd'), USERS.map(user => `${user}:/sbin/nologin\n`).join(''))
  chmodSync(join(tree, 'tmp'), 0o1777)
  // A copy of the folder itself would lose the modes.
  await run('tar', ['-C', tree, '-cf', join(context, 'tree.tar'), '--owner=0', '--group=0', '.'])
  writeFileSync(join(context, '.dockerignore'), 'tree\n')
  writeFileSync(
    join(context, 'Dockerfile'),
    'FROM scratch\nADD tree.tar /\nUSER 65532\nWORKDIR /home/nonroot\nENTRYPOINT ["/nodejs/bin/node"]\n',
  )
  const name = `localhost/billow-base:${architecture}`
  await engine.build([`--platform=linux/${architecture}`, '-t', name, context])
  return name
}

/** Node's program for that architecture, in the version of the workspace. */
async function nodeFor(architecture: Architecture, place: string): Promise<string> {
  const name = `node-linux-${architecture === 'amd64' ? 'x64' : architecture}`
  const installed = join(ROOT, 'node_modules', name, 'bin/node')
  if (existsSync(installed)) return installed
  const { optionalDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    optionalDependencies: Record<string, string>
  }
  const folder = join(place, name)
  mkdirSync(folder, { recursive: true })
  const packed = await run('npm', ['pack', '--silent', `${name}@${optionalDependencies[name]}`], {
    cwd: folder,
  })
  await run('tar', ['-xzf', packed.trim()], { cwd: folder })
  return join(folder, 'package/bin/node')
}
