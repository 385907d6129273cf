import { context, propagation, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { TracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { connect } from '../../src/connect/connect.ts'
import type { CloudEvent, Sink, Source } from '../../src/connector.ts'
import { createReceiver, httpTarget } from '../../src/http/index.ts'
import { createStatus } from '../../src/status.ts'
import { serve } from '../http/fixtures.ts'
import { eventOf, receiverOf, targetOf } from '../http/side.ts'
import { jumpingClock } from '../support/clock.ts'
import { testSide } from '../support/side.ts'
import { memorySink } from '../support/sink.ts'

const exporter = new InMemorySpanExporter()
const CARRIED = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const clock = jumpingClock('2024-05-06T00:00:00Z')

beforeEach(() => {
  exporter.reset()
  trace.setGlobalTracerProvider(
    new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }),
  )
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  propagation.setGlobalPropagator(new W3CTraceContextPropagator())
})

afterEach(() => {
  trace.disable()
  context.disable()
  propagation.disable()
})

const sourceOf = (...events: CloudEvent[]): Source => ({
  name: 'source',
  config: {},
  order: 'ordered',
  async *read() {
    yield { events }
  },
})

/** Carries what a source reads until it ends. */
function carry(
  source: Source,
  sink: Sink,
  config: object,
  sourceConfig: object = {},
  stop = new AbortController(),
) {
  return connect(source, testSide(clock, sourceConfig), sink, testSide(clock, config), {
    attempts: 1,
    status: createStatus('test', clock.now),
    stop: stop.signal,
    abandon: stop.signal,
    restart: false,
  })
}

const spans = () =>
  exporter.getFinishedSpans().map(span => ({
    name: `${span.name} ${span.kind}`,
    trace: span.spanContext().traceId,
    id: span.spanContext().spanId,
    parent: span.parentSpanContext?.spanId,
    links: span.links.map(({ context }) => context.traceId),
    attributes: span.attributes,
  }))

describe('a trace', () => {
  test('goes from the source through target and receiver to the sink', async () => {
    const stop = new AbortController()
    const listening = Promise.withResolvers<number>()
    const seen: (string | undefined)[] = []
    const sink = memorySink(() => {
      seen.push(trace.getSpanContext(context.active())?.traceId)
      return undefined
    })
    const receiver = createReceiver({ onListening: ({ port }) => listening.resolve(port) })
    const receiving = carry(receiver, sink, {}, receiverOf(), stop)
    const target = targetOf(`http://127.0.0.1:${await listening.promise}`)
    await carry(sourceOf(eventOf(1)), httpTarget, target)
    stop.abort()
    await receiving
    const all = spans()
    const of = (name: string) => all.find(span => span.name === name)
    // Producer, client, server, consumer: each the child of the one before.
    const chain = [of('billow batch 3'), of('POST 2'), of('POST 1'), of('billow batch 4')]
    expect(new Set(all.map(span => span.trace)).size).toBe(1)
    expect(chain.slice(1).map(span => span?.parent)).toEqual(chain.slice(0, 3).map(span => span?.id))
    expect(of('POST 2')?.attributes).toMatchObject({ 'http.response.status_code': 204 })
    expect(of('POST 1')?.attributes).toMatchObject({ 'http.response.status_code': 204 })
    expect(seen).toEqual([chain[0]?.trace])
    // Without the option, an event stays as it is.
    expect(sink.safe[0]).toEqual(eventOf(1))
  })

  test('that an event carries is linked, and goes on unchanged', async () => {
    const server = await serve()
    const event = { ...eventOf(1), traceparent: CARRIED, tracestate: 'a=b' }
    await carry(sourceOf(event), httpTarget, targetOf(server.url, { distributed_tracing: true }))
    expect(JSON.parse(server.got[0]?.body ?? '')).toMatchObject({ traceparent: CARRIED, tracestate: 'a=b' })
    expect(spans().find(({ name }) => name === 'billow batch 3')?.links).toEqual([CARRIED.split('-')[1]])
  })

  test.each([1, 10])(
    'is given to events that carry none where that is asked for, %d a request',
    async size => {
      const server = await serve()
      const config = targetOf(server.url, { distributed_tracing: true, batch_size: size })
      await carry(sourceOf(eventOf(1)), httpTarget, config)
      const [posted] = [JSON.parse(server.got[0]?.body ?? '') as CloudEvent | CloudEvent[]].flat()
      const [batch] = spans().filter(({ name }) => name === 'billow batch 3')
      expect(posted?.['traceparent']).toBe(`00-${batch?.trace}-${batch?.id}-01`)
      expect(server.got[0]?.headers['traceparent']).toContain(batch?.trace)
    },
  )

  test('names the events of refusals as they were', async () => {
    const server = await serve((_, response) => response.writeHead(400).end())
    const writer = await httpTarget.open({
      ...testSide(clock),
      config: targetOf(server.url, { distributed_tracing: true }),
      signal: new AbortController().signal,
      refuse: async () => undefined,
    })
    const event = eventOf(1)
    const tracer = trace.getTracer('test')
    const outcome = await tracer.startActiveSpan('work', () =>
      writer.write([event], new AbortController().signal),
    )
    expect(outcome?.refused?.[0]?.event).toBe(event)
    await writer.close?.()
  })
})

test('without OpenTelemetry nothing is added to a request', async () => {
  trace.disable()
  const server = await serve()
  await carry(sourceOf(eventOf(1)), httpTarget, targetOf(server.url, { distributed_tracing: true }))
  expect(server.got[0]?.headers).not.toHaveProperty('traceparent')
  expect(JSON.parse(server.got[0]?.body ?? '')).toEqual(eventOf(1))
  expect(spans()).toEqual([])
})
