import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseJson } from '@billow/core'
import { type Stored, testSink } from '@billow/testing'
import { lines } from '../src/index.ts'

/** A file in a folder of its own. */
function openFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'billow-lines-'))
  return {
    config: { file: join(folder, 'events.ndjson') },
    close: () => rmSync(folder, { recursive: true }),
  }
}

testSink({
  sink: lines,
  invalid: [{ key: 'file', value: undefined }],
  outside: openFolder,
  stored({ config: { file } }) {
    const written = readFileSync(file, 'utf8').trimEnd().split('\n')
    return written.filter(Boolean).map(line => parseJson(line) as Stored)
  },
  refuses: [{ specversion: '1.0', id: 'empty', source: 'a-test', type: 'without-data' }],
})
