#!/usr/bin/env node
import { launch } from '@billow/core/launch'

await launch(async () => (await import('./index.ts')).invoices)
