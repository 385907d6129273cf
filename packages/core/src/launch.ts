import { readFileSync } from 'node:fs'
import type { MainOptions } from './commands/main.ts'
import type { AnyConnector } from './commands/program.ts'
import { onHangup, onSignals, signalled } from './runtime/signals.ts'

/** `node:sqlite` and the libraries need it. */
const NEEDED = [22, 19] as const
const LINGER_MS = 500

export interface LaunchOptions extends Pick<MainOptions, 'postgres' | 'version'> {
  /** The connector's name. Where it is said, `health` needs nothing of the connector to be loaded. */
  readonly name?: string
}

/**
 * Starts a connector's program. Nothing of the connector or its libraries is loaded before Node's version is known
 * to be new enough; an older one ends with 78 and a line that says so. A bundle says in `postgres` how to load the
 * PostgreSQL store; elsewhere it is found by its name.
 */
export async function launch(
  load: () => Promise<AnyConnector>,
  { name, ...own }: LaunchOptions = {},
): Promise<void> {
  const loadMain = async (): Promise<Main> => {
    const [{ main }, connector] = await Promise.all([import('./commands/main.ts'), load()])
    return options => main(connector, { ...own, ...options })
  }
  const loadHealth = async (): Promise<Main> => {
    const [{ healthProgram }, { health }] = await Promise.all([
      import('./commands/health-program.ts'),
      import('./commands/health.ts'),
    ])
    return healthProgram(call => health(name as string, call))
  }
  await start(loadMain, name === undefined ? loadMain : loadHealth)
}

/** The version of the package in whose `src` or `dist` a module is, by its `import.meta.url`. A bundle imports its own. */
export function versionOf(module: string): string | undefined {
  const manifest = readFileSync(new URL('../package.json', module), 'utf8')
  return (JSON.parse(manifest) as { version?: string }).version
}

type Main = (options: MainOptions) => Promise<number>

/**
 * Starts a program: `load` brings what runs it, and resolves to the exit code. A line that only asks for health is
 * given to what `loadHealth` brings, which may be much less.
 */
export async function start(load: () => Promise<Main>, loadHealth = load): Promise<void> {
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
  const { env, stdin, stdout, stderr } = process
  const argv = process.argv.slice(2)
  const main = await (asksHealth(argv) ? loadHealth : load)()
  const ended = main({ argv, env, streams: { stdin, stdout, stderr } })
  forget()
  process.exitCode = await ended
  // What a reader has not taken yet would be lost. A stop does not wait for a reader that hangs.
  if (!signalled()) await Promise.all([taken(stdout), taken(stderr)])
  // What a connector left open must not keep the program alive.
  setTimeout(() => process.exit(), LINGER_MS).unref()
}

/** Resolves when all that was written is with its reader, or never can be. */
const taken = (stream: NodeJS.WritableStream): Promise<void> =>
  new Promise(resolve => stream.write('', () => resolve()))

/** Whether a line asks for health, and for nothing that needs a closer look. */
const asksHealth = ([word, ...options]: readonly string[]): boolean =>
  word === 'health' && options.every(option => option === '--json')
