// Publishes to npm the tarballs that release:check left in a folder: `node scripts/release/publish-tarballs.ts .cache/release`
import { join } from 'node:path'
import { publishable, releaseVersion } from './packages.ts'
import { publishAll } from './publish.ts'

const [directory] = process.argv.slice(2)
if (!directory) throw new Error('name the folder of the tarballs')
const version = releaseVersion()
const tarballs = publishable().map(({ manifest: { name } }) => ({
  name,
  version,
  tarball: join(directory, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`),
}))
await publishAll(tarballs, { say: line => console.log(line) })
