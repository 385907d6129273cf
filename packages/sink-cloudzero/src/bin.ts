#!/usr/bin/env node
import { launch, versionOf } from '@billow/core/launch'

await launch(async () => (await import('./sink.ts')).cloudzero, {
  version: versionOf(import.meta.url),
})
