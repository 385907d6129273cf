import { afterEach } from '@jest/globals'
import type { CloudEvent, Outcome, Writer } from '../../src/connector.ts'
import { startServer, startTcp, type TestServer } from './servers.ts'
import { eventOf, never, openTarget } from './side.ts'

const ends: (() => Promise<void> | undefined)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** Ends after the test, the last thing first. */
export const atEnd = (end: () => Promise<void> | undefined): number => ends.push(end)

/** A server that ends with the test. */
export async function serve(...args: Parameters<typeof startServer>): Promise<TestServer> {
  const server = await startServer(...args)
  atEnd(server.close)
  return server
}

/** A TCP server that ends with the test. */
export async function tcp(...args: Parameters<typeof startTcp>): ReturnType<typeof startTcp> {
  const server = await startTcp(...args)
  atEnd(server.close)
  return server
}

/** A writer to the target that ends with the test. */
export async function target(...args: Parameters<typeof openTarget>): Promise<Writer> {
  const writer = await openTarget(...args)
  atEnd(() => writer.close?.())
  return writer
}

export const write = async (
  writer: Writer,
  events: readonly CloudEvent[] = [eventOf('a')],
  signal = never,
): Promise<Outcome> => (await writer.write(events, signal)) ?? {}

export const ids = (events: readonly CloudEvent[] | undefined): readonly string[] | undefined =>
  events?.map(({ id }) => id)
