import { trace } from '@opentelemetry/api'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { Redaction } from '../config/index.ts'
import type { Side } from '../connect/side.ts'
import { type DataFiles, prepareDataFiles } from '../runtime/data-directory.ts'
import { createLog } from '../runtime/log.ts'
import { type PostgresLoader, storeOpener } from '../runtime/store.ts'
import type { Streams } from '../runtime/terminal.ts'
import type { StateStore } from '../state/state.ts'
import type { Board } from './board.ts'
import type { Link, Part, Plan } from './link.ts'

/** What the connectors of a process share. */
export interface Host {
  readonly log: Logger
  readonly clock: Clock
  readonly data: DataFiles
  /** Where the states are. Throws where it cannot be opened. */
  store(): StateStore
  /** What a part of a link is handed; who works on its state replaces that by the one of a lease. */
  side(link: Link, part: Part): Side
  /** Follows what may change while it runs: secrets and the level of the log. */
  follow(plan: Plan): void
  close(): Promise<void>
}

export interface HostOptions {
  readonly env: NodeJS.ProcessEnv
  readonly streams: Streams
  readonly redaction: Redaction
  readonly clock: Clock
  readonly board: Board
  readonly postgres?: PostgresLoader | undefined
}

/** @throws ConfigError where the data directory cannot be written, or the package of the store is not there. */
export async function openHost(
  plan: Plan,
  { env, streams, redaction, clock, board, postgres }: HostOptions,
): Promise<Host> {
  redaction.add(plan.secrets)
  const { log_config, store_config } = plan.settings
  const log = createLog({ level: log_config.level, redact: redaction.redact, stream: streams.stderr })
  const data = prepareDataFiles(env, store_config)
  const open = await storeOpener(store_config, { file: data.store, log, postgres })
  // A child has its own level: each is kept, so that it can follow.
  const logs = new Map<string, Logger>()
  const logOf = (name: string): Logger => {
    const child = logs.get(name) ?? log.child({ connector: name })
    logs.set(name, child)
    return child
  }
  let opened: StateStore | undefined
  const store = (): StateStore => {
    opened ??= open()
    return opened
  }
  return {
    log,
    clock,
    data,
    store,
    side({ name }, { config }) {
      return {
        config,
        state: store().open(name),
        log: logOf(name),
        clock,
        meter: board.meter({ connector: name }),
        tracer: trace.getTracer(name),
        watch: board.of(name),
      }
    },
    follow({ secrets, settings }) {
      redaction.add(secrets)
      for (const each of [log, ...logs.values()]) each.level = settings.log_config.level
    },
    close: async () => opened?.close(),
  }
}
