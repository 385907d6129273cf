import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { display, type Output } from '@billow/sink-display'
import { take } from './take.ts'

const output: Output = process.stdout
assert.equal(display.name, 'sink-display')
assert.equal(output, process.stdout)

// Its own program receives an event, prints it, and ends with 0.
const env = { PATH: process.env['PATH'], CONNECTOR_PORT: '0', BILLOW_DATA_DIR: import.meta.dirname }
const bin = new URL('bin.js', import.meta.resolve('@billow/sink-display'))
const child = spawn(process.execPath, [bin.pathname], { env, stdio: ['ignore', 'pipe', 'pipe'] })
const printed = once(child.stdout, 'data')
const event = { specversion: '1.0', id: '1', source: 'tried', type: 'tried', data: { cost: '1.20' } }
await take(child, event)
assert.match(String((await printed)[0]), /"cost": "1\.20"/)
child.kill('SIGTERM')
assert.deepEqual(await once(child, 'exit'), [0, null])
