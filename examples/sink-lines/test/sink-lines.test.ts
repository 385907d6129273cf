import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { testContext } from '../../../test/support/context.ts'
import { lines } from '../src/index.ts'

describe('the example sink', () => {
  test('adds events to its file, and refuses those without data', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'billow-lines-')), 'events.ndjson')
    const writer = await lines.open(testContext({ file }))
    const event = (id: string, data?: object) => ({
      specversion: '1.0',
      id,
      source: 's',
      type: 't',
      ...(data && { data }),
    })
    const outcome = await writer.write([event('1', { a: 1 }), event('2')], new AbortController().signal)
    await writer.close?.()
    expect(outcome).toEqual({ refused: [{ event: event('2'), reason: 'it has no data' }] })
    expect(readFileSync(file, 'utf8')).toBe(
      '{"specversion":"1.0","id":"1","source":"s","type":"t","data":{"a":1}}\n',
    )
  })
})
