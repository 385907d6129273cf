#!/usr/bin/env node
import { start } from '@billow/core/launch'

await start(async () => (await import('./main.ts')).main)
