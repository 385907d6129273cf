import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const HOME = join(import.meta.dirname, 'node-red')

/** Installs Node-RED into bench/node-red from its own lockfile, unless it is there: nobody but the bench pays for it. */
export function installNodeRed(): void {
  if (existsSync(join(HOME, 'node_modules/node-red/package.json'))) return
  process.stderr.write('installing Node-RED into bench/node-red …\n')
  const { status } = spawnSync('npm', ['ci'], { cwd: HOME, stdio: ['ignore', 2, 2] })
  if (status !== 0) throw new Error('Node-RED could not be installed; --no-peers leaves it out')
}
