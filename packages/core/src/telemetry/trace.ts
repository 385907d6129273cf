import type { IncomingHttpHeaders } from 'node:http'
import {
  context,
  type Link,
  propagation,
  ProxyTracerProvider,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context as TraceContext,
  type Tracer,
} from '@opentelemetry/api'
import type { Batch, CloudEvent, Source, Writer } from '../connector.ts'

/** So many events of a batch are linked to the traces that they carry. */
const MOST_LINKS = 32

/** Whether anybody set up tracing in this process. Where nobody did, tracing costs nothing. */
function isTracing(): boolean {
  const provider = trace.getTracerProvider()
  return !(provider instanceof ProxyTracerProvider) || provider.getDelegateTracer('billow') !== undefined
}

/** Follows batches from reading to commit. */
export interface BatchTrace {
  begin(batch: Batch): Batch
  /** Runs work on events within the span of their batch. */
  within<T>(events: readonly CloudEvent[], work: () => T): T
}

export function traceBatches(tracer: Tracer, order: Source['order']): BatchTrace {
  if (!isTracing()) return { begin: batch => batch, within: (_, work) => work() }
  const kind = order === 'ordered' ? SpanKind.PRODUCER : SpanKind.CONSUMER
  const contexts = new WeakMap<CloudEvent, TraceContext>()
  return {
    begin(batch) {
      const { events } = batch
      if (events.length === 0) return batch
      const parent = batch.trace ?? context.active()
      const attributes = { 'messaging.batch.message_count': events.length }
      const span = tracer.startSpan('billow batch', { kind, attributes, links: linksOf(events) }, parent)
      const inside = trace.setSpan(parent, span)
      for (const event of events) contexts.set(event, inside)
      return {
        ...batch,
        events,
        async commit(refused) {
          await context.with(inside, async () => batch.commit?.(refused))
          span.end()
        },
        async release(reason) {
          // No message: it may name what is nobody's business at the collector.
          span.setStatus({ code: SpanStatusCode.ERROR, message: reason.name })
          span.end()
          await batch.release?.(reason)
        },
      }
    },
    within(events, work) {
      const inside = events[0] && contexts.get(events[0])
      return inside ? context.with(inside, work) : work()
    },
  }
}

/** The traces that events carry by the CloudEvents extension Distributed Tracing. */
function linksOf(events: readonly CloudEvent[]): Link[] {
  const links: Link[] = []
  for (const { traceparent, tracestate } of events) {
    if (links.length === MOST_LINKS) break
    if (typeof traceparent !== 'string') continue
    const spanContext = trace.getSpanContext(propagation.extract(ROOT_CONTEXT, { traceparent, tracestate }))
    if (spanContext) links.push({ context: spanContext })
  }
  return links
}

/** Asks with a span around, whose context goes along in the headers. */
export function traceRequests(
  tracer: Tracer,
  host: string,
): <T extends { readonly status: number }>(
  ask: (headers: Readonly<Record<string, string>>) => Promise<T>,
) => Promise<T> {
  if (!isTracing()) return ask => ask({})
  const attributes = { 'http.request.method': 'POST', 'server.address': host }
  return async ask => {
    const span = tracer.startSpan('POST', { kind: SpanKind.CLIENT, attributes })
    const inside = trace.setSpan(context.active(), span)
    const headers: Record<string, string> = {}
    propagation.inject(inside, headers)
    try {
      const answer = await context.with(inside, () => ask(headers))
      endWith(span, answer.status)
      return answer
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR })
      span.end()
      throw error
    }
  }
}

/** A request that came in: the context of its span, which goes on where the sender's ends; and what ends it. */
export interface Served {
  readonly context?: TraceContext
  end(status: number | undefined): void
}

export function traceServer(tracer: Tracer): (headers: IncomingHttpHeaders) => Served {
  if (!isTracing()) return () => UNTRACED
  return headers => {
    const parent = propagation.extract(ROOT_CONTEXT, headers)
    const attributes = { 'http.request.method': 'POST' }
    const span = tracer.startSpan('POST', { kind: SpanKind.SERVER, attributes }, parent)
    return { context: trace.setSpan(parent, span), end: status => endWith(span, status) }
  }
}

const UNTRACED: Served = { end: () => undefined }

/** A `write` that gives events without a trace that of the work under way, as the extension has it. */
export function stamping(write: Writer['write']): Writer['write'] {
  if (!isTracing()) return write
  return async (events, signal) => {
    const carrier: { traceparent?: string; tracestate?: string } = {}
    propagation.inject(context.active(), carrier)
    const given = new Map(
      events.map(event => [event['traceparent'] === undefined ? { ...event, ...carrier } : event, event]),
    )
    const outcome = (await write([...given.keys()], signal)) ?? {}
    // Who reads the outcome knows the events as they were.
    const own = (event: CloudEvent): CloudEvent => given.get(event) ?? event
    return {
      ...outcome,
      refused: (outcome.refused ?? []).map(refusal => ({ ...refusal, event: own(refusal.event) })),
      unsent: (outcome.unsent ?? []).map(own),
    }
  }
}

function endWith(span: Span, status: number | undefined): void {
  if (status !== undefined) span.setAttribute('http.response.status_code', status)
  if (status === undefined || status >= 400) span.setStatus({ code: SpanStatusCode.ERROR })
  span.end()
}
