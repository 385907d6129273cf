import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** What a proxy does to a connection. */
export interface Trouble {
  /** Nothing passes, in either direction, before so many milliseconds. */
  readonly delayMs?: number
  /** The connection breaks (RST) once so many bytes went to the server. */
  readonly cutAfterBytes?: number
  /** The connection ends in an orderly way (FIN) once so many bytes came back. */
  readonly truncateAfterBytes?: number
  /** It is accepted, and nothing ever passes. */
  readonly halfOpen?: boolean
  /** So many bytes a second pass, each way. */
  readonly bytesPerSecond?: number
}

export interface TcpProxy {
  /** As that of the server behind it, with the proxy's port. */
  readonly url: string
  /** Connections accepted so far. */
  connections(): number
  close(): void
}

/** Stands before a server on this machine and gives each connection the trouble that it is told to. */
export async function startTcpProxy(
  server: string,
  trouble: (connection: number) => Trouble | undefined,
): Promise<TcpProxy> {
  const { port, hostname } = new URL(server)
  const sockets = new Set<Socket>()
  let connections = 0
  const keep = (socket: Socket): void => {
    sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
  }
  const proxy = createServer({ allowHalfOpen: true }, client => {
    connections += 1
    keep(client)
    const { delayMs = 0, halfOpen, ...limits } = trouble(connections) ?? {}
    if (halfOpen) return
    const onward = connect({ port: Number(port), host: hostname, allowHalfOpen: true })
    keep(onward)
    const end = (): void => {
      client.destroy()
      onward.destroy()
    }
    client.on('close', end)
    onward.on('close', end)
    setTimeout(() => {
      const { cutAfterBytes, truncateAfterBytes, bytesPerSecond } = limits
      pass(client, onward, { bytesPerSecond, most: cutAfterBytes, atMost: () => client.resetAndDestroy() })
      pass(onward, client, { bytesPerSecond, most: truncateAfterBytes, atMost: () => client.end() })
    }, delayMs)
  })
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve))
  return {
    url: server.replace(`:${port}`, `:${(proxy.address() as AddressInfo).port}`),
    connections: () => connections,
    close() {
      proxy.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

interface Limits {
  readonly bytesPerSecond: number | undefined
  readonly most: number | undefined
  readonly atMost: () => void
}

const TICK_MS = 20

/** Copies one direction within its limits. */
function pass(
  from: Socket,
  to: Socket,
  { bytesPerSecond, most = Number.POSITIVE_INFINITY, atMost }: Limits,
): void {
  const share = bytesPerSecond === undefined ? undefined : Math.max(1, (bytesPerSecond * TICK_MS) / 1000)
  let left = most
  const send = (chunk: Buffer): boolean => {
    const part = chunk.subarray(0, Math.max(0, left))
    left -= chunk.length
    if (part.length > 0) to.write(part)
    if (left > 0) return true
    from.pause()
    to.write('', atMost)
    return false
  }
  from.on('end', () => to.end())
  const sendSlowly = async (chunk: Buffer, bytes: number): Promise<void> => {
    from.pause()
    let passed = true
    for (let at = 0; passed && at < chunk.length; at += bytes) {
      passed = send(chunk.subarray(at, at + bytes))
      await new Promise(resolve => setTimeout(resolve, TICK_MS))
    }
    if (passed) from.resume()
  }
  from.on('data', (chunk: Buffer) => {
    if (share === undefined) send(chunk)
    else void sendSlowly(chunk, share)
  })
}
