import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { App } from './apps.ts'
import { buildBase } from './base.ts'
import { buildImage } from './build.ts'
import { type Architecture, install } from './debian.ts'
import { type Engine, openEngine } from './engine.ts'
import { attempt } from './shell.ts'

const PROGRAMS = { podman: 'podman', runc: 'runc', 'docker-registry': 'docker-registry' }

export const HERE: Architecture = process.arch === 'arm64' ? 'arm64' : 'amd64'
export const OTHER: Architecture = HERE === 'arm64' ? 'amd64' : 'arm64'

/** An engine with the images in it. */
export interface Built {
  readonly engine: Engine
  /** The base of this machine's images. */
  readonly base: string
}

/**
 * Builds the images in a place of their own for these architectures, this machine's among them, and removes all of it after the work.
 * Resolves to why not, where no engine can be had.
 */
export async function withImages<T>(
  apps: readonly App[],
  {
    mayInstall,
    architectures,
  }: { readonly mayInstall: boolean; readonly architectures: readonly Architecture[] },
  work: (built: Built) => Promise<T>,
): Promise<T | { readonly missing: string }> {
  const programs = await missingPrograms()
  if (programs.length > 0) {
    const missing = `${programs.join(', ')} ${programs.length > 1 ? 'are' : 'is'} missing`
    if (!mayInstall)
      return { missing: `${missing}; install from your system's packages, or call with --install` }
    const why = await install(programs)
    if (why !== undefined) return { missing: `${missing}, and ${why}` }
  }
  const engine = await openEngine(mkdtempSync(join(tmpdir(), 'billow-images-')))
  try {
    const usable = await engine.attempt(['info'])
    if (usable.code !== 0) return { missing: `podman does not run here: ${usable.stderr.trim()}` }
    let here = ''
    for (const architecture of architectures) {
      say(`base for ${architecture}`)
      const base = await buildBase(engine, architecture)
      if (architecture === HERE) here = base
      for (const app of apps)
        say(`built ${await buildImage(engine, app, { base, architecture, runs: architecture === HERE })}`)
    }
    return await work({ engine, base: here })
  } finally {
    await engine.remove()
  }
}

async function missingPrograms(): Promise<readonly string[]> {
  const missing: string[] = []
  for (const [program, name] of Object.entries(PROGRAMS))
    if ((await attempt(program, ['--version'])).code === 127) missing.push(name)
  return missing
}

// Not on stdout, which is for what a command is asked for.
const say = (line: string): void => console.error(line)
