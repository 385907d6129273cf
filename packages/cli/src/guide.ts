import { CLI_COMMANDS } from './commands.ts'

/** What `--help` tells of the program; `files` is where it looks for the pipeline file. */
export const guideOf = (files: readonly string[]) =>
  ({
    program: 'billow',
    words: ' [FILE] [NAME]',
    commands: CLI_COMMANDS,
    environment: [
      [
        'CONNECTOR_CONFIG',
        `The pipeline file, where the line names none${files.length > 0 ? `; ${files.join(' or ')} if left out` : ''}`,
      ],
      ['CONNECTOR_ADMIN_PORT', 'A port for /healthz, /readyz and /metrics; wins over `admin_port`'],
      ['LOG_LEVEL', 'How much is logged; wins over `log_config.level`'],
      ['BILLOW_DATA_DIR', 'The directory of state and sockets; .billow if left out'],
    ],
  }) as const
