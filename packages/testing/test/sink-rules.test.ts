import { sinkCases } from '@billow/testing'
import { describe } from '@jest/globals'
import { testRules } from './broken.ts'
import { brokenSinks } from './broken-sinks.ts'
import { toySinkSpec } from './toy-sink.ts'

// The rules of the configuration and of `check` are those of a source.
describe('the rules of a sink', () => testRules(toySinkSpec(), brokenSinks, sinkCases, ['config', 'check']))
