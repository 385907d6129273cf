import type { AnyConnector, Program } from '../commands/program.ts'
import { digestOf, type LoadedConfig, loadConfig, NO_FILE } from '../config/index.ts'
import { ConfigError } from '../errors.ts'
import { type RuntimeConfig, VARIABLES } from '../runtime/config.ts'
import { configFile, type FileChoice, noFile } from '../runtime/config-file.ts'
import type { Link, Load, Part, Plan } from './link.ts'

/** The plan of an image: one connector, with a flat file that holds the keys of both halves and of the runtime. */
export function imageLoad(program: Program, choice: FileChoice): Load {
  let file: string | undefined
  return async () => {
    // One that is there no more is missed, so that what runs goes on.
    file = configFile(choice) ?? file
    const loaded = loadFile(program, file, choice)
    const settings = loaded.config as RuntimeConfig
    return {
      file,
      links: [linkOf(program, settings)],
      settings,
      secrets: loaded.secrets,
      ...adminOf(choice.env),
    }
  }
}

/** @throws ConfigError with every fault, and where to put a file if the lack of one may be the reason. */
function loadFile({ schema }: Program, file: string | undefined, choice: FileChoice): LoadedConfig<unknown> {
  try {
    return loadConfig({ schema, file, env: choice.env, variables: VARIABLES })
  } catch (error) {
    if (!(error instanceof ConfigError) || !error.faults.some(fault => fault.startsWith(NO_FILE))) throw error
    throw new ConfigError([`${NO_FILE}: ${noFile(choice)}`, ...error.faults])
  }
}

/** Sources have no port of their own: where one is named, health is told there. */
function adminOf(env: NodeJS.ProcessEnv): Pick<Plan, 'admin'> {
  const key = 'CONNECTOR_ADMIN_PORT'
  // An empty variable counts as not set.
  const text = env[key] || undefined
  if (text === undefined) return {}
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new ConfigError(`${key}: found "${text}", allowed is a port from 0 to 65535`)
  }
  return { admin: { port, key } }
}

function linkOf({ connector, source, sink }: Program, config: RuntimeConfig): Link {
  // What follows the file without a restart, or not before the next start.
  const { log_config: _, store_config: __, ...own } = config
  const way = { source: { connector: source, config }, sink: { connector: sink, config } }
  const part: Part = 'read' in connector ? way.source : way.sink
  return {
    name: connector.name,
    part,
    ways: [way],
    settings: config,
    presence: presenceOf(connector, config),
    digest: digestOf(own),
  }
}

/** Sinks may run side by side, each on its own port; a ledger has one process. */
const presenceOf = (connector: AnyConnector, config: RuntimeConfig & { readonly port?: number }): string =>
  'read' in connector ? connector.name : `${connector.name}-${config.port}`
