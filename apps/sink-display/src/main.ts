import { launch } from '@billow/core/launch'

await launch(async () => (await import('@billow/sink-display')).display, {
  postgres: () => import('@billow/state-postgres'),
})
