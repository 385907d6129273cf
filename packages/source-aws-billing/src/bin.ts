#!/usr/bin/env node
import { launch, versionOf } from '@billow/core/launch'

await launch(async () => (await import('./source.ts')).awsBilling, { version: versionOf(import.meta.url) })
