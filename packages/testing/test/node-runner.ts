// A test file for `node --test`, which has no global `describe` and `test`.
import { describe, test } from 'node:test'
import { testSink, testSource } from '@billow/testing'
import { toySinkSpec } from './toy-sink.ts'
import { toySpec } from './toy-source.ts'

testSource({ ...toySpec(), runner: { describe, test } })
testSink({ ...toySinkSpec(), runner: { describe, test }, refuses: undefined as never })
