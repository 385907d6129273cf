import { unlink } from 'node:fs/promises'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { connect } from 'node:net'
import { answerJson } from './answer.ts'
import { answerHealth, type Watch } from './health.ts'
import { listen } from './listen.ts'

export interface AdminServerOptions extends Watch {
  /** A port, on all addresses without a `host`; or the path of a Unix socket. */
  readonly at:
    | { readonly port: number; readonly host?: string; readonly key?: string }
    | { readonly path: string }
}

/** `/healthz`, `/readyz` and `/metrics` on their own, for programs that receive nothing. */
export interface AdminServer {
  /** The port taken; nothing for a Unix socket. */
  readonly port: number | undefined
  close(): Promise<void>
}

/** @throws ConfigError naming the key (`port` if left out) where the port cannot be opened. */
export async function createAdminServer({ at, ...watch }: AdminServerOptions): Promise<AdminServer> {
  const server = createServer((request, response) => {
    if (answerHealth(request, response, watch)) return
    answerJson(response, 404, { error: 'GET /healthz, GET /readyz and GET /metrics are here' })
  })
  const port = 'path' in at ? undefined : (await listen(server, at, at.key)).port
  if ('path' in at) await listenOnSocket(server, at.path)
  return {
    port,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** Takes over a socket that a killed process left behind, never one that somebody answers on. */
async function listenOnSocket(server: Server, path: string): Promise<void> {
  try {
    server.listen({ path })
    await once(server, 'listening')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || (await isAlive(path))) throw error
    await unlink(path)
    server.listen({ path })
    await once(server, 'listening')
  }
}

async function isAlive(path: string): Promise<boolean> {
  const socket = connect(path)
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
