import { COMMANDS, type CommonCommand } from '@billow/core/program'

const {
  run,
  health,
  'dead-letters': letters,
  replay,
} = COMMANDS as Readonly<Record<'run' | 'health' | 'dead-letters' | 'replay', CommonCommand>>

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
}
