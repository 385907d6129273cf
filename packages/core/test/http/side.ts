import { type Clock, systemClock } from '../../src/clock.ts'
import type { CloudEvent, Context, Writer } from '../../src/connector.ts'
import { httpTarget } from '../../src/http/index.ts'
import type { ReceiverConfig } from '../../src/http/receiver-config.ts'
import type { TargetConfig } from '../../src/http/target-config.ts'
import { testSide } from '../support/side.ts'

export const never: AbortSignal = new AbortController().signal

export function contextOf<C>(config: C, signal: AbortSignal = never, clock: Clock = systemClock): Context<C> {
  return { ...testSide(clock, config), config, signal, refuse: () => Promise.resolve() }
}

/** The target's config with its defaults. */
export const targetOf = (target: string, more: Partial<TargetConfig> = {}): TargetConfig => ({
  target,
  mode: 'structured',
  batch_size: 1,
  batch_bytes: 1024 * 1024,
  batch_wait: 0,
  max_in_flight: 8,
  timeout: 30,
  distributed_tracing: false,
  handshake: false,
  ...more,
})

export const openTarget = (url: string, more: Partial<TargetConfig> = {}, clock?: Clock): Promise<Writer> =>
  httpTarget.open(contextOf(targetOf(url, more), never, clock))

/** The receiver's config with its defaults, on a free port of this machine. */
export const receiverOf = (more: Partial<ReceiverConfig> = {}): ReceiverConfig => ({
  port: 0,
  host: '127.0.0.1',
  max_body: 4 * 1024 * 1024,
  max_requests: 1000,
  ...more,
})

export const eventOf = (id: number | string, data: unknown = { n: id }): CloudEvent => ({
  specversion: '1.0',
  id: String(id),
  source: 'cloud.aws.billing',
  type: 'aws.service.daily',
  datacontenttype: 'application/json',
  data,
})

export const eventsOf = (count: number): CloudEvent[] =>
  Array.from({ length: count }, (_, index) => eventOf(index))
