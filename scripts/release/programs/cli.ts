import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { main } from '@billow/cli'

const file = join(mkdtempSync(join(tmpdir(), 'billow-')), 'pipeline.yml')
writeFileSync(
  file,
  'connectors:\n  - name: bills\n    source: "@somebody/source-unknown"\n    target: http://localhost\n',
)
const stderr = new PassThrough({ encoding: 'utf8' })
const { stdin, stdout } = process
const code = await main({ argv: ['lint', file], env: {}, streams: { stdin, stdout, stderr } })
assert.equal(code, 78)
assert.match(String(stderr.read()), /pipeline\.yml:3:13: .*@somebody\/source-unknown/)
