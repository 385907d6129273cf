import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { Agent, type Dispatcher, request } from 'undici'
import type { Clock } from '../../src/clock.ts'
import { encodeStructured } from '../../src/cloudevents/index.ts'
import type { Batch, CloudEvent, Context } from '../../src/connector.ts'
import { createReceiver, type ReceiverOptions } from '../../src/http/index.ts'
import type { ReceiverConfig } from '../../src/http/receiver-config.ts'
import { authority } from './certificates.ts'
import { atEnd } from './fixtures.ts'
import { contextOf, receiverOf } from './side.ts'

export interface Receiving {
  readonly url: string
  readonly port: number
  readonly batches: readonly Batch[]
  /** Resolves to the batch at this place once it was read. */
  batch(index: number): Promise<Batch>
  readonly stop: AbortController
  /** Settles when the iteration ended. */
  readonly ended: Promise<void>
}

export const commitAll = async (batch: Batch): Promise<void> => batch.commit?.([])
/** Leaves the answer to the test. */
export const hold = (): Promise<void> => Promise.resolve()

interface Watched extends Partial<Pick<Context, 'watch' | 'meter'>> {
  readonly clock?: Clock
}

/** A receiver on a free port whose batches go to `settle`; it ends with the test. */
export async function receive(
  more: Partial<ReceiverConfig> = {},
  settle: (batch: Batch) => Promise<unknown> = commitAll,
  { clock, watch, meter, ...options }: ReceiverOptions & Watched = {},
): Promise<Receiving> {
  const stop = new AbortController()
  const batches: Batch[] = []
  const waiting = new Set<() => void>()
  const address = Promise.withResolvers<number>()
  const plain = contextOf(receiverOf(more), stop.signal, clock)
  const context = { ...plain, ...(watch && { watch }), ...(meter && { meter }) }
  const receiver = createReceiver({ ...options, onListening: ({ port }) => address.resolve(port) })
  const work = async (): Promise<void> => {
    for await (const batch of receiver.read(context)) {
      batches.push(batch)
      for (const wake of waiting) wake()
      void settle(batch)
    }
  }
  const ended = work()
  ended.catch(address.reject)
  atEnd(async () => {
    stop.abort()
    await ended
    for (const batch of batches) await batch.release?.(new Error('the test is over'))
  })
  const port = await address.promise
  return {
    url: `${more.tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    batches,
    stop,
    ended,
    async batch(index) {
      for (;;) {
        const batch = batches[index]
        if (batch) return batch
        await new Promise<void>(resolve => {
          waiting.add(resolve)
        })
      }
    },
  }
}

export interface Reply {
  readonly status: number
  readonly headers: Dispatcher.ResponseData['headers']
  readonly text: string
  /** The body where it is JSON. */
  readonly json: { readonly error?: string; readonly refused?: readonly Record<string, unknown>[] }
}

type Options = Omit<NonNullable<Parameters<typeof request>[1]>, 'headers'> & {
  headers?: Record<string, string | string[]>
}

/** One request, on a connection of its own unless a dispatcher is given. */
export async function ask(url: string, options: Options = {}): Promise<Reply> {
  const agent = new Agent({ connect: { ca: authority } })
  try {
    const { statusCode, headers, body } = await request(url, { dispatcher: agent, ...options })
    const text = await body.text()
    const json =
      text !== '' && String(headers['content-type']).includes('json')
        ? (JSON.parse(text) as Reply['json'])
        : {}
    return { status: statusCode, headers, text, json }
  } finally {
    await agent.destroy()
  }
}

/** Posts an event, structured, or any body. */
export function post(
  url: string,
  event: CloudEvent | string | Buffer,
  headers: Record<string, string | string[]> = {},
): Promise<Reply> {
  const plain = typeof event === 'string' || Buffer.isBuffer(event)
  const message = plain
    ? { headers: { 'content-type': 'application/cloudevents+json' }, body: event }
    : encodeStructured(event)
  return ask(url, { method: 'POST', headers: { ...message.headers, ...headers }, body: message.body })
}

/** A bare connection, for what no client would do. */
export interface Line extends Socket {
  /** All that the other side said so far. */
  heard(): string
  /** Resolves when it is closed, however it ended: a write that is on its way may be told of it as an error. */
  readonly gone: Promise<void>
}

export async function dial(port: number): Promise<Line> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  let text = ''
  socket.on('error', () => undefined)
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  const gone = new Promise<void>(resolve => socket.once('close', () => resolve()))
  atEnd(async () => void socket.destroy())
  return Object.assign(socket, { heard: () => text, gone })
}

/** Resolves when a receiver has seen all that was sent to it, or closed, before: it hears its connections in order. */
export async function caughtUp(url: string): Promise<void> {
  await ask(`${url}/healthz`)
}

/** The start of a POST of an event, up to the body. */
export const head = (length: number, ...lines: readonly string[]): string =>
  [
    'POST / HTTP/1.1',
    'host: x',
    'content-type: application/cloudevents+json',
    `content-length: ${length}`,
    ...lines,
    '',
    '',
  ].join('\r\n')
