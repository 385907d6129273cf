import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { StateStore } from '@billow/core'
import { openPostgresStore } from '@billow/state-postgres'

// A server that hangs up at once; the driver has to be there to notice.
const server = createServer(socket => socket.destroy())
await once(server.listen(0, '127.0.0.1'), 'listening')
const { port } = server.address() as AddressInfo
const store: StateStore = openPostgresStore({ url: `postgres://me:secret@127.0.0.1:${port}/bills` })
await assert.rejects(
  store.open('tried').get('key'),
  (error: Error) => error.name === 'StateError' && !error.message.includes('secret'),
)
await store.close()
server.close()
