import { type CliOptions, main } from '@billow/cli'
import { mounted } from '@billow/core/program'
import app from '../package.json' with { type: 'json' }

/** `billow` with all that this house has, and with the pipeline file where containers have it mounted. */
export const program = (options: CliOptions): Promise<number> =>
  main({
    ...options,
    version: app.version,
    files: mounted('pipeline.yml'),
    postgres: () => import('@billow/state-postgres'),
    builtIn: {
      '@billow/sink-display': () => import('@billow/sink-display'),
      '@billow/source-alicloud-billing': () => import('@billow/source-alicloud-billing'),
      '@billow/source-aws-billing': () => import('@billow/source-aws-billing'),
    },
  })
