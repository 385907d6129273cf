import { run } from './run.ts'

export interface Tarball {
  readonly name: string
  readonly version: string
  readonly tarball: string
}

export interface PublishOptions {
  /** Another registry than npm's own, which asks for no name. */
  readonly registry?: string
  readonly say: (line: string) => void
}

/**
 * Publishes tarballs in their order, with provenance where the registry is npm's own. A version that is there already
 * is left alone, so that a release that broke off half way can be run again.
 * @returns the names of those that were published now
 */
export async function publishAll(
  packed: readonly Tarball[],
  options: PublishOptions,
): Promise<readonly string[]> {
  const { say } = options
  const registry = options.registry ?? (await run('npm', ['config', 'get', 'registry'])).trim()
  const how = options.registry
    ? ['--registry', registry, '--provenance=false', `--${registry.replace('http:', '')}:_authToken=loopback`]
    : ['--provenance']
  const now: string[] = []
  for (const { name, version, tarball } of packed) {
    if (await isPublished(name, version, registry)) {
      say(`${name} ${version} is there already`)
      continue
    }
    await run('npm', ['publish', tarball, '--access', 'public', ...how])
    say(`${name} ${version} published`)
    now.push(name)
  }
  return now
}

async function isPublished(name: string, version: string, registry: string): Promise<boolean> {
  const answer = await fetch(new URL(name.replace('/', '%2f'), registry))
  if (answer.status === 404) return false
  if (!answer.ok) throw new Error(`${registry} answered ${answer.status} when it was asked for ${name}`)
  const { versions } = (await answer.json()) as { versions: Readonly<Record<string, unknown>> }
  return Object.hasOwn(versions, version)
}
