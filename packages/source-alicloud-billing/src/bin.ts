#!/usr/bin/env node
import { launch, versionOf } from '@billow/core/launch'

await launch(async () => (await import('./source.ts')).alicloudBilling, {
  version: versionOf(import.meta.url),
})
