import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { type AnyConnector, type CloudEvent, main } from '@billow/core'

/** Pulls the first two days of May 2024 with a source's own program, and resolves to what its target was sent. */
export async function pulled(source: AnyConnector, config: string): Promise<readonly CloudEvent[]> {
  const events: CloudEvent[] = []
  const target = createServer(async (request, response) => {
    events.push((await json(request)) as CloudEvent)
    response.writeHead(204).end()
  })
  await once(target.listen(0, '127.0.0.1'), 'listening')
  const place = mkdtempSync(join(tmpdir(), 'billow-'))
  const { port } = target.address() as AddressInfo
  writeFileSync(join(place, 'config.yml'), `target: http://127.0.0.1:${port}\n${config}`)
  const { stdin, stdout, stderr } = process
  const code = await main(source, {
    argv: ['pull', '--from', '2024-05-01', '--to', '2024-05-02', '--yes', '--clock', '2024-05-15'],
    env: { CONNECTOR_CONFIG: join(place, 'config.yml'), BILLOW_DATA_DIR: place },
    streams: { stdin, stdout, stderr },
  })
  target.closeAllConnections()
  target.close()
  rmSync(place, { recursive: true })
  assert.equal(code, 0)
  assert.equal(new Set(events.map(({ id }) => id)).size, events.length)
  return events
}
