import type { Server, ServerResponse } from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import type { Socket } from 'node:net'
import { Server as TlsServer } from 'node:tls'

/** The connections of a server, so that a stop closes those that nobody waits on and leaves the others their answer. */
export interface Connections {
  /** Told of each request, so that its connection counts as in use until the answer is out. */
  use(socket: Socket, response: ServerResponse): void
  /** Stops listening and closes connections as soon as nothing is under way on them; all of them after `graceMs`. */
  end(graceMs: number): void
}

export function trackConnections(server: Server | HttpsServer): Connections {
  const open = new Map<Socket, number>()
  let ending = false
  // With TLS, requests know the socket inside, which is there once both sides have shaken hands.
  server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', (socket: Socket) => {
    open.set(socket, 0)
    socket.once('close', () => open.delete(socket))
  })
  const count = (socket: Socket, change: number): void => {
    const inUse = (open.get(socket) ?? 0) + change
    if (!open.has(socket)) return
    open.set(socket, inUse)
    if (ending && inUse === 0) socket.destroySoon()
  }
  return {
    use(socket, response) {
      count(socket, 1)
      response.on('close', () => count(socket, -1))
    },
    end(graceMs) {
      ending = true
      server.close()
      for (const [socket, inUse] of open) if (inUse === 0) socket.destroy()
      setTimeout(() => server.closeAllConnections(), graceMs).unref()
    },
  }
}
