import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { display, type Output } from '@billow/sink-display'

const output: Output = process.stdout
assert.equal(display.name, 'sink-display')
assert.equal(output, process.stdout)

// Its own program receives an event, prints it, and ends with 0.
const env = { PATH: process.env['PATH'], CONNECTOR_PORT: '0', BILLOW_DATA_DIR: import.meta.dirname }
const bin = new URL('bin.js', import.meta.resolve('@billow/sink-display'))
const child = spawn(process.execPath, [bin.pathname], { env, stdio: ['ignore', 'pipe', 'pipe'] })
let port = 0
for await (const line of createInterface({ input: child.stderr })) {
  if (!line.includes('"listening"')) continue
  port = (JSON.parse(line) as { port: number }).port
  break
}
child.stderr.resume()
const printed = once(child.stdout, 'data')
const event = { specversion: '1.0', id: '1', source: 'tried', type: 'tried', data: { cost: '1.20' } }
const answer = await fetch(`http://127.0.0.1:${port}/`, {
  method: 'POST',
  headers: { 'content-type': 'application/cloudevents+json' },
  body: JSON.stringify(event),
})
assert.ok(answer.ok, `it answered ${answer.status}`)
assert.match(String((await printed)[0]), /"cost": "1\.20"/)
child.kill('SIGTERM')
assert.deepEqual(await once(child, 'exit'), [0, null])
