import { launch } from '@billow/core/launch'

await launch(async () => (await import('@billow/source-aws-billing')).awsBilling, {
  postgres: () => import('@billow/state-postgres'),
})
