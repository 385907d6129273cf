import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { App } from './apps.ts'
import { buildBase } from './base.ts'
import { buildImage } from './build.ts'
import { type Architecture, install, Unavailable } from './debian.ts'
import { type Engine, openEngine } from './engine.ts'
import { attempt } from './shell.ts'

/** Debian's packages of these names have them. */
const PROGRAMS = ['podman', 'runc', 'docker-registry']

export const HERE: Architecture = process.arch === 'arm64' ? 'arm64' : 'amd64'
export const OTHER: Architecture = HERE === 'arm64' ? 'amd64' : 'arm64'

/** An engine with the images in it. */
export interface Built {
  readonly engine: Engine
  /** The base of this machine's images. */
  readonly base: string
  /** Aborts when the work shall end at once. */
  readonly signal: AbortSignal
}

/**
 * Builds the images in a place of their own for these architectures, this machine's among them, and removes all of it after the work,
 * or after a signal. Resolves to why not, where no engine or no base can be had.
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
  // A second signal ends this process as ever, and leaves what is there.
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.once(name, () => stop.abort(new Error(`stopped by ${name}`)))
  const { signal } = stop
  const engine = await openEngine(mkdtempSync(join(tmpdir(), 'billow-images-')))
  try {
    const usable = await engine.attempt(['info'])
    signal.throwIfAborted()
    if (usable.code !== 0) return { missing: `podman does not run here: ${usable.stderr.trim()}` }
    const base = await buildAll(engine, apps, HERE, signal)
    // Ubuntu, for one, keeps the packages of other architectures elsewhere.
    for (const architecture of architectures.filter(other => other !== HERE))
      await buildAll(engine, apps, architecture, signal).catch(
        unavailable(signal, why => say(`no images for ${architecture}: ${why}`)),
      )
    return await Promise.race([work({ engine, base, signal }), aborted(signal)])
  } catch (error) {
    return unavailable(signal, why => ({ missing: `Debian's packages for a base cannot be had: ${why}` }))(
      error,
    )
  } finally {
    await engine.remove()
  }
}

/** Resolves to the name of their base. */
async function buildAll(
  engine: Engine,
  apps: readonly App[],
  architecture: Architecture,
  signal: AbortSignal,
): Promise<string> {
  say(`base for ${architecture}`)
  const base = await buildBase(engine, architecture)
  for (const app of apps) {
    signal.throwIfAborted()
    say(`built ${await buildImage(engine, app, { base, architecture, runs: architecture === HERE })}`)
  }
  signal.throwIfAborted()
  return base
}

/** What to do where packages cannot be had; a program that a signal ended says no such thing. */
const unavailable =
  <T>(signal: AbortSignal, then: (why: string) => T) =>
  (error: unknown): T => {
    signal.throwIfAborted()
    if (!(error instanceof Unavailable)) throw error
    return then(error.message)
  }

async function aborted(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, 'abort')
  throw signal.reason
}

async function missingPrograms(): Promise<readonly string[]> {
  const missing: string[] = []
  for (const program of PROGRAMS)
    if ((await attempt(program, ['--version'])).code === 127) missing.push(program)
  return missing
}

// Not on stdout, which is for what a command is asked for.
const say = (line: string): void => console.error(line)
