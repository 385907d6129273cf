#!/usr/bin/env node
import { versionOf } from '@billow/core/launch'
import { launch } from './launch.ts'

await launch({ version: versionOf(import.meta.url) })
