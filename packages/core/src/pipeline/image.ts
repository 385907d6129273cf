import { existsSync } from 'node:fs'
import type { AnyConnector, Program } from '../commands/program.ts'
import { digestOf, loadConfig } from '../config/index.ts'
import { ConfigError } from '../errors.ts'
import { DEFAULT_FILES, type RuntimeConfig, VARIABLES } from '../runtime/config.ts'
import type { Link, Load, Part, Plan } from './link.ts'

export interface FileChoice {
  readonly env: NodeJS.ProcessEnv
  /** What `--config` said. */
  readonly config: string | boolean | undefined
}

/** The plan of an image: one connector, with a flat file that holds the keys of both halves and of the runtime. */
export function imageLoad(program: Program, choice: FileChoice): Load {
  return async () => {
    const file = configFile(choice)
    const { schema } = program
    const loaded = loadConfig({ schema, file, env: choice.env, variables: VARIABLES })
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

/** The file of the configuration: the one named, or the first of those that images look for. */
export function configFile({ env, config }: FileChoice): string | undefined {
  const named = typeof config === 'string' ? config : env['CONNECTOR_CONFIG']
  // An empty variable counts as not set.
  return named || DEFAULT_FILES.find(file => existsSync(file))
}
