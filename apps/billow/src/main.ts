import { launch } from '@billow/cli/launch'
import app from '../package.json' with { type: 'json' }
import { builtIn, files } from './contents.ts'

await launch({ version: app.version, files, builtIn, postgres: () => import('@billow/state-postgres') })
