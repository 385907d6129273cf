import type { MetricOptions } from '@opentelemetry/api'
import type { Kind } from './exposition.ts'

/** What a metric is, as the docs list it. */
export interface Metric {
  readonly name: string
  readonly kind: Kind
  /** In the case-sensitive code of UCUM; what stands in braces only says what is counted. */
  readonly unit: string
  readonly description: string
  /** Its labels beside `connector`, and which values they have. */
  readonly labels?: Readonly<Record<string, string>>
}

const STATUS = 'the HTTP status, its class such as `4xx` where it has no name, or `none`'
const REASON = '`retryable`, `throttled`, `auth`, `gone`, `config` or `other`'

/** Every metric that the runtime records of a connector. Each series has the label `connector`. */
export const METRICS = {
  eventsRead: {
    name: 'billow.events.read',
    kind: 'counter',
    unit: '{event}',
    description: 'Events that the source handed over',
  },
  eventsDelivered: {
    name: 'billow.events.delivered',
    kind: 'counter',
    unit: '{event}',
    description: 'Events that the sink has, and whose batch is committed',
  },
  eventsDeadLettered: {
    name: 'billow.events.dead_lettered',
    kind: 'counter',
    unit: '{event}',
    description: 'Events that the sink refused for good, kept as dead letters',
  },
  eventsRefused: {
    name: 'billow.events.refused',
    kind: 'counter',
    unit: '{event}',
    description: 'Events that the sink refused for good, said to whoever sent them',
  },
  eventsReleased: {
    name: 'billow.events.released',
    kind: 'counter',
    unit: '{event}',
    description: 'Events given back: they are read again, or their sender is told to come later',
  },
  eventsInFlight: {
    name: 'billow.events.in_flight',
    kind: 'gauge',
    unit: '{event}',
    description: 'Events that were read and are not settled yet, refusals that are held among them',
  },
  eventsRefusedLate: {
    name: 'billow.events.refused_late',
    kind: 'counter',
    unit: '{event}',
    description: 'Events made dead letters after they counted as delivered',
  },
  batchDuration: {
    name: 'billow.batch.duration',
    kind: 'histogram',
    unit: 's',
    description: 'Time from reading a batch to its end',
    labels: { outcome: '`committed` or `released`' },
  },
  commitDuration: {
    name: 'billow.commit.duration',
    kind: 'histogram',
    unit: 's',
    description: 'Time that the commit of a batch took: saving the place, or answering the sender',
  },
  attempts: {
    name: 'billow.delivery.attempts',
    kind: 'counter',
    unit: '{attempt}',
    description: 'Attempts to write a batch or what was left of it',
    labels: { result: '`taken`, `refused` (some of it), or why it was not all taken: ' + REASON },
  },
  retries: {
    name: 'billow.delivery.retries',
    kind: 'counter',
    unit: '{retry}',
    description: 'Attempts that were put off and made again',
    labels: { reason: REASON },
  },
  restarts: {
    name: 'billow.connector.restarts',
    kind: 'counter',
    unit: '{restart}',
    description: 'Times that the connector began to read anew after a failure',
    labels: { reason: REASON },
  },
  targetRequests: {
    name: 'billow.target.requests',
    kind: 'counter',
    unit: '{request}',
    description: 'Requests that were posted to the target, by what it answered',
    labels: { status: STATUS },
  },
  targetDuration: {
    name: 'billow.target.request.duration',
    kind: 'histogram',
    unit: 's',
    description: 'Time from sending a request to the status of its answer',
    labels: { class: '`2xx`, `3xx`, `4xx`, `5xx`, or `none` where there was no answer' },
  },
  receiverRequests: {
    name: 'billow.receiver.requests',
    kind: 'counter',
    unit: '{request}',
    description: 'Requests that came to the receiver, by what they were answered; not those of watchers',
    labels: { status: STATUS },
  },
  receiverPending: {
    name: 'billow.receiver.pending',
    kind: 'gauge',
    unit: 'By',
    description: 'Bytes of the requests that wait for their answer; `max_pending` bounds them',
  },
  deadLetters: {
    name: 'billow.dead_letters',
    kind: 'gauge',
    unit: '{event}',
    description: 'Dead letters that are kept now, until `replay` delivers them',
  },
  newestDayAge: {
    name: 'billow.billing.newest_day.age',
    kind: 'gauge',
    unit: 's',
    description:
      'How long ago the newest complete billing day ended; while none is complete, how long ago the first one began',
  },
  days: {
    name: 'billow.billing.ledger',
    kind: 'gauge',
    unit: '{day}',
    description: 'Billing days by their state in the ledger',
    labels: {
      state: '`done`, `provisional`, `empty`, `spooled`, `failed`, or `missing`: due, and not in the ledger',
    },
  },
  pulls: {
    name: 'billow.billing.pulls',
    kind: 'counter',
    unit: '{pull}',
    description: 'Pulls of a billing day, or of a range of days in one go',
    labels: { outcome: '`ok` or `failed`' },
  },
  restatedEvents: {
    name: 'billow.billing.restated_events',
    kind: 'counter',
    unit: '{event}',
    description: 'Events of days that the provider changed after they were pulled',
  },
  monthDifference: {
    name: 'billow.billing.month_difference',
    kind: 'gauge',
    unit: '',
    description:
      "The sum of a month's days less the provider's own total and what it let off in rounding, in the currency; with `month_check`",
    labels: { month: 'such as `2024-02`', currency: 'such as `USD`' },
  },
  state: {
    name: 'billow.connector.state',
    kind: 'gauge',
    unit: '',
    description: '1 for the state that the connector is in, 0 for the others',
    labels: {
      state: 'what `/readyz` says: `starting`, `standby`, `running`, `retrying`, `failed`, `stopped`',
    },
  },
} as const satisfies Record<string, Metric>

/** Name and options, as the methods of a meter want them. */
export function named({ name, unit, description }: Metric): [name: string, options: MetricOptions] {
  return [name, { unit, description }]
}

/** Of the process, whatever runs in it; without the label `connector`. */
export const PROCESS_METRICS = {
  build: {
    name: 'billow.build.info',
    kind: 'gauge',
    unit: '',
    description: 'Always 1; the labels say what runs',
    labels: { version: 'that of the program', node: 'that of Node' },
  },
  start: {
    name: 'process.start_time',
    kind: 'gauge',
    unit: 's',
    description: 'When the process began, in seconds since 1970',
  },
  cpu: {
    name: 'process.cpu',
    kind: 'counter',
    unit: 's',
    description: 'Time that the processors spent on the process, for itself and in the system',
  },
  memory: {
    name: 'process.resident_memory',
    kind: 'gauge',
    unit: 'By',
    description: 'Memory that the process holds',
  },
  heap: {
    name: 'nodejs.heap_used',
    kind: 'gauge',
    unit: 'By',
    description: 'Memory that JavaScript objects take, those that are garbage included',
  },
  delay: {
    name: 'nodejs.eventloop.delay_p99',
    kind: 'gauge',
    unit: 's',
    description: 'How late the event loop was since the last reading, in all but the worst hundredth',
  },
} as const satisfies Record<string, Metric>
