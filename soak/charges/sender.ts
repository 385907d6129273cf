import { setTimeout as wait } from 'node:timers/promises'
import { type CloudEvent, stringifyJson } from '@billow/core'
import { request } from 'undici'
import { upTo } from '../random.ts'
import { FOREIGN_CURRENCY, type Issued } from './bill.ts'

/** What is owed to a sink, in any order, until it is acknowledged; some of it again after that. */
export interface Owed {
  owe(events: readonly Issued[]): void
  /** How many are not acknowledged. */
  open(): number
  /** Some of them, to be given back or settled. */
  take(): readonly Issued[]
  /** Not acknowledged, for all that is known: they will be sent again. */
  giveBack(events: readonly Issued[]): void
  settle(events: readonly Issued[]): void
  /** How often an acknowledged event was sent again. */
  repeats(): number
}

const MOST_AT_ONCE = 25
/** Of so many acknowledged events one comes again, maybe much later. */
const REPEAT_EVERY = 12

export function createOwed(random: () => number): Owed {
  const pool: Issued[] = []
  let under = 0
  let repeats = 0
  return {
    owe: events => void pool.push(...events),
    open: () => pool.length + under,
    take() {
      // From any place, so that a revision may come before what it replaces, and a day late.
      const taken: Issued[] = []
      for (let count = upTo(MOST_AT_ONCE, random); count > 0 && pool.length > 0; count -= 1)
        taken.push(...pool.splice(Math.floor(random() * pool.length), 1))
      under += taken.length
      return taken
    },
    giveBack(events) {
      under -= events.length
      pool.push(...events)
    },
    settle(events) {
      under -= events.length
      const again = events.filter(() => random() < 1 / REPEAT_EVERY)
      repeats += again.length
      pool.push(...again)
    },
    repeats: () => repeats,
  }
}

export interface SenderOptions {
  readonly url: string
  readonly owed: Owed
  readonly random: () => number
  readonly signal: AbortSignal
  readonly onAcknowledged: () => void
  readonly onFault: (fault: string) => void
}

const SENDERS = 3

/** Posts what is owed, alone and in batches, and keeps what is not acknowledged, until the signal aborts. */
export async function send({
  url,
  owed,
  random,
  signal,
  onAcknowledged,
  onFault,
}: SenderOptions): Promise<void> {
  async function one(): Promise<void> {
    while (!signal.aborted) {
      const taken = owed.take()
      const safe = taken.length > 0 && (await post(taken))
      if (safe) owed.settle(taken)
      else owed.giveBack(taken)
      if (safe) onAcknowledged()
      // Nothing to send, or nobody there; and lives are short, not instant.
      await wait(safe ? random() * 15 : 20)
    }
  }

  async function post(taken: readonly Issued[]): Promise<boolean> {
    try {
      const { statusCode, body } = await request(url, {
        method: 'POST',
        ...encode(taken.map(({ event }) => event)),
        signal,
      })
      const text = await body.text()
      if (statusCode === 204 || statusCode === 503) return statusCode === 204
      const wrong = statusCode === 400 ? wronglyRefused(taken, text) : `HTTP ${statusCode}`
      if (wrong !== undefined) onFault(`the sink refused what it should take: ${wrong} ${text}`)
      return wrong === undefined
    } catch {
      return false
    }
  }

  await Promise.all(Array.from({ length: SENDERS }, one))
}

function encode(events: readonly CloudEvent[]): { headers: Record<string, string>; body: string } {
  const [first] = events
  return events.length === 1
    ? { headers: { 'content-type': 'application/cloudevents+json' }, body: stringifyJson(first) }
    : { headers: { 'content-type': 'application/cloudevents-batch+json' }, body: stringifyJson(events) }
}

/** Only a currency without a stream is refused; the others of a request are safe. */
function wronglyRefused(taken: readonly Issued[], text: string): string | undefined {
  const { refused = [] } = JSON.parse(text) as { refused?: readonly { id: string; reason: string }[] }
  const foreign = new Set(
    taken.filter(({ currency }) => currency === FOREIGN_CURRENCY).map(({ event }) => event.id),
  )
  const other = refused.find(({ id, reason }) => !foreign.has(id) || !reason.includes(FOREIGN_CURRENCY))
  return other
    ? `${other.id}: ${other.reason}`
    : foreign.size === refused.length
      ? undefined
      : 'too few refused'
}
