import { parseArgs } from 'node:util'
import { BREAKS } from './subject/broken.ts'
import { SINK_BREAKS } from './subject/broken-sink.ts'

interface Common {
  readonly seed: number
  readonly broken: string | undefined
  readonly json: boolean
  /** Where the report is written; nowhere if left out. */
  readonly out: string | undefined
}

export interface KillFlags extends Common {
  readonly what: 'kills'
  readonly kills: number
  readonly killsEach: number
  readonly events: number
}

export interface ChargeFlags extends Common {
  readonly what: 'charges'
  readonly kills: number
}

export interface MemoryFlags extends Common {
  readonly what: 'memory'
  readonly minutes: number
}

const HELP = `Usage: npx pnpm@12 soak [--kills N] [--events N] [--quick] [--broken NAME] [--seed N] [--json] [--out FOLDER]
       npx pnpm@12 soak --charges [--kills N] [--broken NAME] [--seed N] [--json] [--out FOLDER]
       npx pnpm@12 soak --slow-target [--minutes N] [--out FOLDER] [--broken leak] [--seed N] [--json]

Kills sources in every phase of their work, and accounts for each event; or the sink of CloudZero, and compares. Ends with 1 when a promise is broken.

  --kills N       kills at the least, a twentieth of them in each phase; 1000 if left out
  --events N      events at the least; 100000 if left out
  --quick         3 kills in each phase, and 1000 events
  --broken NAME   breaks the runtime on purpose, and must end with 1: ${Object.keys(BREAKS).join(', ')}
  --charges       the sink of CloudZero in place of sources: what CloudZero has must be the charges, to the last decimal;
                  400 kills if left out, or broken: ${Object.keys(SINK_BREAKS).join(', ')}
  --slow-target   in place of kills: an endless source posts to a slow target, and memory must stay flat
  --minutes N     for so long; 60 if left out
  --out FOLDER    writes the report there: kills.json, charges.json, or memory.json, memory.csv and memory.svg
  --seed N        repeats a run's choices; random if left out
  --json          prints the report as JSON
`

const OPTIONS = {
  kills: { type: 'string' },
  events: { type: 'string' },
  quick: { type: 'boolean' },
  broken: { type: 'string' },
  charges: { type: 'boolean' },
  'slow-target': { type: 'boolean' },
  minutes: { type: 'string' },
  out: { type: 'string' },
  seed: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const

/** Reads the command line; ends the process with 64 and a line where it is wrong. */
export function readFlags(args: readonly string[]): KillFlags | ChargeFlags | MemoryFlags {
  const values = parse(args)
  if (values.help) {
    process.stdout.write(HELP)
    process.exit(0)
  }
  const memory = values['slow-target'] === true
  const { broken, quick, out, seed = String(1 + Math.floor(Math.random() * 1e9)) } = values
  const charges = values.charges === true
  const breaks = memory ? ['leak'] : Object.keys(charges ? SINK_BREAKS : BREAKS)
  if (broken !== undefined && !breaks.includes(broken))
    wrong(`--broken: found "${broken}"; give ${breaks.join(' or ')}`)
  const common = { seed: number('--seed', seed, 1e9), broken, json: values.json === true, out }
  if (memory) return { what: 'memory', ...common, minutes: number('--minutes', values.minutes ?? '60', 1440) }
  if (charges) return { what: 'charges', ...common, kills: number('--kills', values.kills ?? '400', 1e6) }
  const kills = number('--kills', values.kills ?? (quick ? '36' : '1000'), 1e6)
  const events = number('--events', values.events ?? (quick ? '1000' : '100000'), 1e7)
  // What is broken may never reach some phase.
  const killsEach = broken ? 0 : quick ? 3 : Math.ceil(kills / 20)
  return { what: 'kills', ...common, kills, killsEach, events }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values
  } catch (error) {
    return wrong((error as Error).message)
  }
}

function number(flag: string, text: string, most: number): number {
  if (!/^\d{1,10}(\.\d+)?$/.test(text) || Number(text) <= 0 || Number(text) > most)
    wrong(`${flag}: found "${text}"; give a number above 0, up to ${most}`)
  return Number(text)
}

function wrong(why: string): never {
  process.stderr.write(`${why}\n\n${HELP}`)
  process.exit(64)
}
