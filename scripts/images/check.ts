import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, ROOT } from './apps.ts'
import { buildBase } from './base.ts'
import { buildImage } from './build.ts'
import { type Architecture, install } from './debian.ts'
import { openEngine } from './engine.ts'
import { attempt } from './shell.ts'

const PROGRAMS = { podman: 'podman', runc: 'runc', 'docker-registry': 'docker-registry' }
const HERE: Architecture = process.arch === 'arm64' ? 'arm64' : 'amd64'
const OTHER: Architecture = HERE === 'arm64' ? 'amd64' : 'arm64'

/**
 * Builds the images, for this machine and for the other architecture, and runs the tests of test/images on them.
 * Resolves to the exit code; where no engine can be had, says why and resolves to 0.
 */
export async function check(
  apps: readonly App[],
  { mayInstall }: { readonly mayInstall: boolean },
): Promise<number> {
  const missing = await missingPackages()
  if (missing.length > 0) {
    const needs = `images are not tested: ${missing.join(', ')} ${missing.length > 1 ? 'are' : 'is'} missing`
    if (!mayInstall) return skipped(`${needs}; install from your system's packages, or call with --install`)
    const why = await install(missing)
    if (why !== undefined) return skipped(`${needs}, and ${why}`)
  }
  const place = mkdtempSync(join(tmpdir(), 'billow-images-'))
  const engine = await openEngine(place)
  try {
    const usable = await engine.attempt(['info'])
    if (usable.code !== 0)
      return skipped(`images are not tested: podman does not run here: ${usable.stderr.trim()}`)
    for (const architecture of [HERE, OTHER]) {
      say(`base for ${architecture}`)
      const base = await buildBase(engine, architecture)
      for (const app of apps) {
        const name = await buildImage(engine, app, { base, architecture, runs: architecture === HERE })
        say(`built ${name}`)
      }
    }
    return await jest(place)
  } finally {
    await engine.remove()
  }
}

async function missingPackages(): Promise<readonly string[]> {
  const missing: string[] = []
  for (const [program, name] of Object.entries(PROGRAMS))
    if ((await attempt(program, ['--version'])).code === 127) missing.push(name)
  return missing
}

async function jest(place: string): Promise<number> {
  const words = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning']
  const child = spawn(
    process.execPath,
    [...words, 'node_modules/jest/bin/jest.js', '--config', 'jest/images.config.mjs'],
    { cwd: ROOT, stdio: 'inherit', env: { ...process.env, BILLOW_IMAGES: place } },
  )
  const [code] = (await once(child, 'close')) as [number | null]
  return code ?? 1
}

const say = (line: string): void => console.log(line)

function skipped(why: string): number {
  say(why)
  return 0
}
