#!/usr/bin/env node
import { launch, versionOf } from '@billow/core/launch'

await launch(async () => (await import('./index.ts')).acmeBilling, { version: versionOf(import.meta.url) })
