import { metrics, trace } from '@opentelemetry/api'
import type { Logger } from 'pino'
import { existsSync } from 'node:fs'
import { type Clock, parseClock, systemClock } from '../clock.ts'
import { createRedactor, loadConfig } from '../config/index.ts'
import type { Side } from '../connect/side.ts'
import { DEFAULT_FILES, type RuntimeConfig, VARIABLES } from '../runtime/config.ts'
import { type DataFiles, prepareDataFiles } from '../runtime/data-directory.ts'
import { createLog } from '../runtime/log.ts'
import type { Streams } from '../runtime/terminal.ts'
import { openSqliteStore } from '../state/sqlite.ts'
import type { StateStore } from '../state/state.ts'
import type { Program } from './program.ts'

/** What a command has once the configuration is known to be good. */
export interface Session {
  /** The configuration's file; nothing where all comes from variables and defaults. */
  readonly file: string | undefined
  readonly config: RuntimeConfig
  readonly log: Logger
  readonly clock: Clock
  readonly data: DataFiles
  readonly redact: (text: string) => string
  /** Where the states are. */
  store(): StateStore
  /** What a connector of this name is handed; who works on its state replaces that by the one of a lease. */
  side(name: string): Side
  close(): Promise<void>
}

export interface SessionOptions {
  readonly env: NodeJS.ProcessEnv
  readonly streams: Streams
  /** `--config` and `--clock`. */
  readonly options: Readonly<Record<string, string | boolean | undefined>>
}

/** @throws ConfigError with every fault that the configuration has. */
export function openSession({ schema }: Program, { env, streams, options }: SessionOptions): Session {
  const clock = typeof options['clock'] === 'string' ? parseClock(options['clock']) : systemClock
  const file = configFile(env, options['config'])
  const loaded = loadConfig({ schema, file, env, variables: VARIABLES })
  const config = loaded.config as RuntimeConfig
  const redact = createRedactor(loaded.secrets)
  const log = createLog({ level: config.log_config.level, redact, stream: streams.stderr })
  const data = prepareDataFiles(env, config.store_config.store_file)
  let opened: StateStore | undefined
  const store = (): StateStore => {
    opened ??= openSqliteStore(data.store)
    return opened
  }
  return {
    file,
    config,
    log,
    clock,
    data,
    redact,
    store,
    side(name) {
      return {
        config,
        state: store().open(name),
        log: log.child({ connector: name }),
        clock,
        meter: metrics.getMeter(name),
        tracer: trace.getTracer(name),
      }
    },
    close: async () => opened?.close(),
  }
}

function configFile(env: NodeJS.ProcessEnv, option: string | boolean | undefined): string | undefined {
  const named = typeof option === 'string' ? option : env['CONNECTOR_CONFIG']
  // An empty variable counts as not set.
  return named || DEFAULT_FILES.find(file => existsSync(file))
}
