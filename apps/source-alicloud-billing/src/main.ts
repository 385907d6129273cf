import { launch } from '@billow/core/launch'

await launch(async () => (await import('@billow/source-alicloud-billing')).alicloudBilling, {
  postgres: () => import('@billow/state-postgres'),
})
