import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface SlowTarget {
  readonly url: string
  /** Events acknowledged so far. */
  readonly events: () => number
  close(): void
}

/** Every so many-th request is answered with 503, so that attempts and waits are part of the load. */
const FAIL_EVERY = 5000

/** Answers each request, of one event, after 10 to `slowestMs` milliseconds. */
export async function startSlowTarget(slowestMs: number, random: () => number): Promise<SlowTarget> {
  let requests = 0
  let events = 0
  const answer = (response: ServerResponse): void => {
    requests += 1
    const fails = requests % FAIL_EVERY === 0
    if (!fails) events += 1
    response.writeHead(fails ? 503 : 204).end()
  }
  const server = createServer((request, response) => {
    request.resume().on('end', () => setTimeout(answer, 10 + random() * (slowestMs - 10), response))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    events: () => events,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
