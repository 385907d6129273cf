import { existsSync, statSync } from 'node:fs'

/** Where the image of a connector has its configuration mounted; the documents of the two clouds name one each. */
export const DEFAULT_FILES = [
  '/vanus-connect/config/config.yml',
  '/vanus-connector/config/config.yml',
] as const

export interface FileChoice {
  readonly env: NodeJS.ProcessEnv
  /** What `--config` said. */
  readonly config: string | boolean | undefined
  /** Where to look if nothing is named. */
  readonly files: readonly string[]
}

/** The file of the configuration: the one named, or the first that exists of those to look for. */
export function configFile({ env, config, files }: FileChoice): string | undefined {
  const named = typeof config === 'string' ? config : env['CONNECTOR_CONFIG']
  // An empty variable counts as not set.
  return named || files.find(file => !isMissing(file))
}

/** Whether there is surely none: in a folder that is closed to us there may be one, and reading it says so. */
function isMissing(file: string): boolean {
  try {
    return statSync(file, { throwIfNoEntry: false }) === undefined
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOTDIR'
  }
}

/** What to do where there is none. */
export function noFile({ files }: Pick<FileChoice, 'files'>): string {
  const other = files.map(file => file.replace(/\.yml$/, '.yaml')).find(file => existsSync(file))
  const found = other === undefined ? '' : `, but ${other}, which is not looked for`
  return `there is no file ${files.join(' or ')}${found}; mount one there, or name another with --config or CONNECTOR_CONFIG`
}
