import { parseArgs } from 'node:util'

export interface Flags {
  /** Leave everything running until Ctrl-C. */
  readonly keep: boolean
  /** Which request is swallowed on its way to each sink; none if left out. */
  readonly lose?: number
  /** How many days are pulled. */
  readonly days: number
}

const HELP = `Usage: npx pnpm@12 demo [--keep] [--days N] [--lose N]

  --keep     leave everything running, until Ctrl-C
  --days N   pull this many days, 1 to 365; 31 if left out
  --lose N   swallow the Nth request on its way to each sink: the demo must notice, and end with 1
`

/** Reads the command line; ends the process with 64 and a line where it is wrong. */
export function readFlags(args: readonly string[]): Flags {
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options: {
      keep: { type: 'boolean' },
      lose: { type: 'string' },
      days: { type: 'string' },
      help: { type: 'boolean' },
    },
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  if (values['help']) {
    process.stdout.write(HELP)
    process.exit(0)
  }
  const unknown = tokens.find(
    token => token.kind === 'option' && !['keep', 'lose', 'days'].includes(token.name),
  )
  if (unknown || positionals.length > 0) wrong('found an argument that is not known')
  return {
    keep: values['keep'] === true,
    ...(values['lose'] !== undefined && { lose: whole('--lose', values['lose'], 1_000_000) }),
    days: whole('--days', values['days'] ?? '31', 365),
  }
}

function whole(flag: string, value: unknown, most: number): number {
  const text = String(value)
  if (!/^[1-9]\d{0,6}$/.test(text) || Number(text) > most)
    wrong(`${flag}: found "${text}"; give a whole number from 1 to ${most}`)
  return Number(text)
}

function wrong(why: string): never {
  process.stderr.write(`${why}\n\n${HELP}`)
  process.exit(64)
}
