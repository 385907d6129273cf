import { launch } from '@billow/core/launch'
import app from '../package.json' with { type: 'json' }

await launch(async () => (await import('@billow/sink-cloudzero')).cloudzero, {
  name: app.name,
  version: app.version,
  postgres: () => import('@billow/state-postgres'),
})
