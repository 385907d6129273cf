import { type App, ROOT } from './apps.ts'
import type { Architecture } from './debian.ts'
import type { Engine } from './engine.ts'
import { stage } from './stage.ts'
import { attempt } from './shell.ts'

/** Where our images are found, as the documentation names them. */
export const REGISTRY = 'ghcr.io/billow'

export interface Build {
  readonly base: string
  readonly architecture: Architecture
  /** Whether the machine can run the image: only then its program is compiled beforehand. */
  readonly runs: boolean
}

/** Builds the app's image as the Dockerfile says, over the base. Returns its name. */
export async function buildImage(
  engine: Engine,
  app: App,
  { base, architecture, runs }: Build,
): Promise<string> {
  stage(app)
  const name = `${REGISTRY}/${app.name}:${runs ? 'latest' : architecture}`
  const revision = (await attempt('git', ['rev-parse', 'HEAD'], { cwd: ROOT })).stdout.trim()
  const values = {
    BASE: base,
    APP: app.name,
    VERSION: app.version,
    REVISION: revision,
    DESCRIPTION: app.description,
  }
  await engine.build([
    `--platform=linux/${architecture}`,
    ...Object.entries(values).flatMap(([key, value]) => ['--build-arg', `${key}=${value}`]),
    ...(runs ? [] : ['--target', 'plain']),
    '-t',
    name,
    ROOT,
  ])
  return name
}
