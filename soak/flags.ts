import { parseArgs } from 'node:util'

export interface Flags {
  readonly slowTarget: boolean
  readonly minutes: number
  readonly broken: string | undefined
  readonly out: string | undefined
  readonly json: boolean
  readonly seed: number
}

const BROKEN = ['leak']

const HELP = `Usage: npx pnpm@12 soak --slow-target [--minutes N] [--out FOLDER] [--broken leak] [--seed N] [--json]

  --slow-target   an endless source posts to a slow target; ends with 1 when memory does not stay flat
  --minutes N     for so long; 60 if left out
  --out FOLDER    writes memory.csv and memory.svg there
  --broken NAME   breaks the subject on purpose (${BROKEN.join(', ')}): the soak must end with 1
  --seed N        repeats a run's choices; random if left out
  --json          prints the report as JSON
`

/** Reads the command line; ends the process with 64 and a line where it is wrong. */
export function readFlags(args: readonly string[]): Flags {
  let values: Record<string, string | boolean | undefined>
  try {
    values = parseArgs({
      args: [...args],
      options: {
        'slow-target': { type: 'boolean' },
        minutes: { type: 'string' },
        broken: { type: 'string' },
        out: { type: 'string' },
        json: { type: 'boolean' },
        seed: { type: 'string' },
        help: { type: 'boolean' },
      },
    }).values
  } catch (error) {
    return wrong((error as Error).message)
  }
  if (values['help']) {
    process.stdout.write(HELP)
    process.exit(0)
  }
  const { broken } = values
  if (broken !== undefined && !BROKEN.includes(String(broken)))
    wrong(`--broken: found "${broken}"; give ${BROKEN.join(' or ')}`)
  if (!values['slow-target']) wrong('say what to soak: --slow-target')
  return {
    slowTarget: true,
    minutes: number('--minutes', values['minutes'] ?? '60', 24 * 60),
    broken: broken as string | undefined,
    out: values['out'] as string | undefined,
    json: values['json'] === true,
    seed: number('--seed', values['seed'] ?? String(1 + Math.floor(Math.random() * 1e9)), 1e9),
  }
}

function number(flag: string, value: unknown, most: number): number {
  const text = String(value)
  if (!/^\d{1,10}(\.\d+)?$/.test(text) || Number(text) <= 0 || Number(text) > most)
    wrong(`${flag}: found "${text}"; give a number above 0, up to ${most}`)
  return Number(text)
}

function wrong(why: string): never {
  process.stderr.write(`${why}\n\n${HELP}`)
  process.exit(64)
}
