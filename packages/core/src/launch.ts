import type { MainOptions } from './commands/main.ts'
import type { AnyConnector } from './commands/program.ts'
import { onHangup, onSignals } from './runtime/signals.ts'

/** `node:sqlite` and the libraries need it. */
const NEEDED = [22, 19] as const
const LINGER_MS = 500

/**
 * Starts a connector's program. Nothing of the connector or its libraries is loaded before Node's version is known
 * to be new enough; an older one ends with 78 and a line that says so. A bundle says in `postgres` how to load the
 * PostgreSQL store; elsewhere it is found by its name.
 */
export async function launch(
  load: () => Promise<AnyConnector>,
  own: Pick<MainOptions, 'postgres'> = {},
): Promise<void> {
  await start(async () => {
    const [{ main }, connector] = await Promise.all([import('./commands/main.ts'), load()])
    return options => main(connector, { ...own, ...options })
  })
}

/** Starts a program: `load` brings what runs it, and resolves to the exit code. */
export async function start(load: () => Promise<(options: MainOptions) => Promise<number>>): Promise<void> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
    process.stderr.write(`Node ${NEEDED.join('.')} or newer is needed; this is ${process.version}.\n`)
    process.exit(78)
  }
  // Before a command has its own handler, and as process 1, which the system lets ignore signals.
  onSignals()
  // Node's own warnings would stand between the lines of the log.
  process.removeAllListeners('warning')
  // Sent too early, it must not end what would follow it; `run` takes it over before its first wait.
  const forget = onHangup(() => undefined)
  const main = await load()
  const { argv, env, stdin, stdout, stderr } = process
  const ended = main({ argv: argv.slice(2), env, streams: { stdin, stdout, stderr } })
  forget()
  process.exitCode = await ended
  // What a connector left open must not keep the program alive.
  setTimeout(() => process.exit(), LINGER_MS).unref()
}
