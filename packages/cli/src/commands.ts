import { COMMANDS, type CommonCommand } from '@billow/core/program'

const {
  run,
  health,
  'dead-letters': letters,
  replay,
} = COMMANDS as Readonly<Record<'run' | 'health' | 'dead-letters' | 'replay', CommonCommand>>

/** The one command of two words. */
export const FOCUS_EXPORT = 'focus export'

/** A command line with that one joined to one. */
export const joined = (argv: readonly string[]): readonly string[] =>
  argv.slice(0, 2).join(' ') === FOCUS_EXPORT ? [FOCUS_EXPORT, ...argv.slice(2)] : argv

/** The commands of `billow`; those of a connector stand beside them. */
export const CLI_COMMANDS: Readonly<Record<string, CommonCommand>> = {
  run: { ...run, summary: 'FILE: connect all of its connectors, and stay' },
  check: {
    summary: 'FILE [NAME]: check configuration, credentials, permissions and targets, and say what to do',
  },
  lint: { summary: 'FILE: check the file alone; nothing outside of it is asked or changed' },
  list: {
    summary: '[FILE]: list its connectors and their state; without a file, the packages to be found here',
  },
  health: { ...health, summary: 'Ask the running process how it is (for HEALTHCHECK)' },
  schema: { summary: '[FILE]: print the JSON Schema of a pipeline file, for editors' },
  'dead-letters': { ...letters, summary: `FILE NAME: ${letters.summary}` },
  replay: { ...replay, summary: `FILE NAME: ${replay.summary}` },
  [FOCUS_EXPORT]: {
    summary: 'FILE [NAME …]: write the charges of billing days in FOCUS 1.2, from the ledger or the provider',
    options: {
      from: { type: 'string', value: 'DAY', summary: 'The first billing day, such as 2024-02-29' },
      to: { type: 'string', value: 'DAY', summary: 'The last day, included; as --from if left out' },
      format: {
        type: 'string',
        value: 'FORMAT',
        summary: 'csv, ndjson or parquet; by the ending of --out if left out, else csv',
      },
      out: { type: 'string', value: 'FILE', summary: 'The file to write; stdout if left out' },
      yes: { type: 'boolean', summary: 'Do not ask before requests that cost money' },
    },
  },
}
