import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface PacedTarget {
  readonly url: string
  /** Ids of the events that it took. */
  readonly taken: ReadonlySet<string>
  close(): void
}

/** A target that takes so many events a second, however many requests are outstanding. */
export async function startPacedTarget(rate: number): Promise<PacedTarget> {
  const taken = new Set<string>()
  let free = 0
  const server = createServer(async (request, response) => {
    try {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk)
      const events = eventsOf(Buffer.concat(chunks).toString())
      const now = performance.now()
      free = Math.max(now, free) + (events.length / rate) * 1000
      setTimeout(() => {
        for (const { id } of events) taken.add(id)
        response.writeHead(204).end()
      }, free - now)
    } catch {
      // The sender was stopped.
    }
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

function eventsOf(text: string): readonly { readonly id: string }[] {
  // A check asks without an event.
  const found: unknown = text === '' ? [] : JSON.parse(text)
  return (Array.isArray(found) ? found : [found]) as readonly { readonly id: string }[]
}
