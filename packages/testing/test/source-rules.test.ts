import { sourceCases } from '@billow/testing'
import { describe } from '@jest/globals'
import { testRules } from './broken.ts'
import { brokenSources } from './broken-sources.ts'
import { toySpec } from './toy-source.ts'

describe('the rules of a source', () => testRules(toySpec(), brokenSources, sourceCases))
