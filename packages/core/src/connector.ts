import type { Meter, Context as TraceContext, Tracer } from '@opentelemetry/api'
import type { CloudEventV1 } from 'cloudevents'
import type { Logger } from 'pino'
import type { Static, TSchema } from 'typebox'
import type { BillDays } from './billing/bill-days.ts'
import type { Span } from './billing/span.ts'
import type { Clock } from './clock.ts'
import type { Command } from './command.ts'
import type { Watch } from './http/health.ts'
import type { State } from './state/state.ts'

/**
 * An event as authors write it: the plain CloudEvents 1.0 interface. A number in `data` whose digits a
 * double cannot keep is a `JSON.rawJSON` value, so that it leaves with the digits it came with.
 */
export type CloudEvent<T = unknown> = CloudEventV1<T>

/** An event that the sink will never take, and why. */
export interface Refusal {
  readonly event: CloudEvent
  /** One line for a person, without secrets. */
  readonly reason: string
  /** The HTTP status of the refusal, where there was one. */
  readonly status?: number
}

/** Events that are committed together. Keep it small (some hundreds), so that a crash repeats little. */
export interface Batch {
  /** May be empty: an empty day commits too. Without events and `commit` it says that all there is was read. */
  readonly events: readonly CloudEvent[]
  /** Sent only when every batch before it is committed; for ordered sources. */
  readonly inTurn?: boolean
  /** About how many bytes the events take, where the source knows; else they are counted. What is under way is bounded. */
  readonly bytes?: number
  /** The OpenTelemetry context that its sender gave: its trace goes on there. */
  readonly trace?: TraceContext
  /** All safe, but for those refused: save the place to go on from, or answer the sender. */
  commit?(refused: readonly Refusal[]): Promise<void>
  /** The sink could not take them: they will be read again, or the sender is told to come later. */
  release?(reason: Error): Promise<void>
}

/** What the runtime hands to a connector. A connector uses nothing global: no `Date.now`, no `process.env`. */
export interface Context<C = unknown> {
  /** Checked against the connector's schema, defaults filled in, secrets wrapped in `Secret`. */
  readonly config: C
  /** This connector's own durable keys. */
  readonly state: State
  readonly log: Logger
  /** Aborts when the work must stop. Give it to every wait and every request. */
  readonly signal: AbortSignal
  readonly clock: Clock
  readonly meter: Meter
  readonly tracer: Tracer
  /**
   * Something failed that will be tried again while the work goes on: the connector's state says so. A source's reason
   * stands until something goes through; that of a sink's background work until it is taken back, by none.
   */
  retrying?(reason?: unknown): void
  /** What this process tells those who watch it, for a connector that opens a port: every port answers alike. */
  readonly watch?: Watch
  /**
   * For an event that turns out to be refused after it was acknowledged: makes it a dead letter, with the reason as
   * one line without secrets. Resolves when it is durable. Before that, say it in the outcome of `write`.
   */
  refuse(event: CloudEvent, reason: string): Promise<void>
}

interface Connector<S extends TSchema> {
  /** The package, the image and the log field, such as `source-aws-billing`. */
  readonly name: string
  /** JSON Schema of the connector's own keys. Leave it open: the runtime joins it with its own and closes it. */
  readonly config: S
  /** Proves credentials and permissions at the least cost. Throws `AuthError`, `ConfigError` or `Retryable`;
   *  returns lines that tell the user what was seen. */
  check?(context: Context<Static<S>>): Promise<readonly string[]>
  /** Commands beside those that every connector has. */
  readonly commands?: Readonly<Record<string, Command<Static<S>>>>
}

/** Reads an outside system and yields batches of CloudEvents. */
export interface Source<S extends TSchema = TSchema> extends Connector<S> {
  /**
   * `ordered`: commits follow reading order; after a release, later batches are released too and `read` starts again.
   *  Refused events become dead letters, once the sink has taken one.
   * `independent`: each batch ends alone, and its sender hears of refusals, so no dead letter is kept.
   */
  readonly order: 'ordered' | 'independent'
  /** Yields when there is something; the consumer pulls, so backpressure needs no code.
   *  Ends when `context.signal` aborts: at a stop, and before `read` is called again after a release. */
  read(context: Context<Static<S>>): AsyncIterable<Batch>
  /** Of a bill that is read day by day: its days, to be read without being sent. `dailySource` brings it. */
  days?(context: Context<Static<S>>, span: Span): Promise<BillDays>
}

/** Receives CloudEvents and makes them safe somewhere. */
export interface Sink<S extends TSchema = TSchema> extends Connector<S> {
  /**
   * What only one writer may work on at a time, wherever it runs, such as `stream 42`: each is a lease beside the
   * connector's own. Who does not get all of them stands by; when one is lost, all that is under way is abandoned.
   */
  claims?(config: Static<S>): readonly string[]
  open(context: Context<Static<S>>): Promise<Writer>
}

/** Both: it receives events and yields its own. */
export type Processor<S extends TSchema = TSchema> = Source<S> & Sink<S>

export interface Writer {
  /** How many `write` calls may be under way at once; 1 if left out. */
  readonly concurrency?: number
  /** How many events it carries at once, whatever write they came with: small batches are read ahead to fill that. */
  readonly batchSize?: number
  /**
   * One attempt. Nothing returned: all safe. Thrown: none settled. Resending, waiting and counting attempts are
   * the runtime's. `signal` means: abandon now, and say what is settled.
   */
  write(events: readonly CloudEvent[], signal: AbortSignal): Promise<Outcome | void>
  /** Background work, such as a flush; its failure is the connector's. */
  run?(signal: AbortSignal): Promise<void>
  close?(): Promise<void>
}

/** How one attempt ended. Every event is safe that is named in neither list. */
export interface Outcome {
  readonly refused?: readonly Refusal[]
  readonly unsent?: readonly CloudEvent[]
  /** Why `unsent` is not empty: one of the error classes, which decides what the runtime does next. */
  readonly because?: Error
}
