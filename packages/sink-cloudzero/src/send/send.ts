import { createHash } from 'node:crypto'
import { type Context, Refused, Retryable, type StateWriter } from '@billow/core'
import type { Bundle } from './bundles.ts'
import type { AnycostStream } from '../client.ts'
import type { CloudzeroConfig, Stream } from '../config.ts'
import { monthOf } from '../cbf/hour.ts'
import { doesNotFit, packRows, type Part } from './pack.ts'
import { readSlot, type Slot, writeSlot } from '../kept/slots.ts'
import type { Tally } from '../cbf/tally.ts'

/** What a bundle was when it was sent. */
export interface Sent {
  readonly bundle: Bundle
  readonly tally: Tally
  /** The version of each slot. */
  readonly versions: ReadonlyMap<Slot, number>
}

interface Sending extends Pick<Context<CloudzeroConfig>, 'config' | 'state' | 'log'> {
  readonly stream: Stream
  readonly client: AnycostStream
  /** Bytes of a request at the most; becomes less where CloudZero takes less. */
  readonly limit: { bytes: number }
}

/** The smallest request that is worth trying. */
const LEAST_BYTES = 500

/**
 * Sends a bundle, from its first part. Anything unclear in between is thrown: who tries again begins with the first part, and
 * under a new generation, so that no answer that CloudZero kept stands for work.
 */
export async function send(bundle: Bundle, sending: Sending): Promise<Sent> {
  const { limit, log } = sending
  for (;;) {
    const packed = await pack(bundle, sending)
    const tooLarge = await sendParts(packed, sending)
    if (!tooLarge) return packed
    if (bundle.next === undefined) throw new Refused(doesNotFit(bundle.name, tooLarge.bytes - 1))
    limit.bytes = Math.floor(Math.min(limit.bytes, tooLarge.bytes) / 2)
    if (limit.bytes < LEAST_BYTES) {
      throw new Refused(`CloudZero does not even take a request of ${tooLarge.bytes} bytes (HTTP 413)`)
    }
    log.warn({ bytes: tooLarge.bytes, maxBytes: limit.bytes }, 'too large for CloudZero: split smaller')
    if (bundle.first === 'sum' && tooLarge !== packed.parts[0]) {
      throw new Retryable(`${bundle.name} was added in part: what CloudZero has is read again first`)
    }
  }
}

/** A bundle as it was at one moment. */
interface Packed extends Sent {
  readonly parts: readonly Part[]
  readonly generation: number
}

/** Sends one part after the other; stops at one that CloudZero finds too large, which it gives back. */
async function sendParts(packed: Packed, { client, config, stream }: Sending): Promise<Part | undefined> {
  for (const [index, part] of packed.parts.entries()) {
    const body = part.text()
    try {
      if (config.dry_run) await judge(client, body)
      else await client.drop(body, idempotencyKey({ stream, ...packed, index, part }))
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      if (error.status === 413) return part
      throw error.status === 400 ? await explain(client, body, error) : error
    }
  }
  return undefined
}

/** Takes a bundle from the state as it is at one moment, and begins a new generation of it. */
function pack(bundle: Bundle, { state, config, limit }: Sending): Promise<Packed> {
  return state.transaction(async keys => {
    const [slot] = bundle.slots as readonly [Slot]
    const { first, next } = bundle
    const packing = {
      first,
      ...(next && { next }),
      maxBytes: limit.bytes,
      month: monthOf(slot.hour),
    }
    const packed = await packRows(bundle.rows(keys), packing)
    const versions = new Map<Slot, number>()
    let generation = 0
    for (const slot of bundle.slots) {
      const record = await readSlot(keys, slot)
      versions.set(slot, record.version)
      generation += record.generation + 1
      if (!config.dry_run) await writeSlot(keys, slot, { ...record, generation: record.generation + 1 })
    }
    return { ...packed, bundle, versions, generation }
  })
}

function idempotencyKey(of: {
  readonly stream: Stream
  readonly bundle: Bundle
  readonly generation: number
  readonly index: number
  readonly part: Part
}): string {
  const named = [of.stream.connection, of.bundle.name, of.generation, of.index, of.part.digest]
  return createHash('sha256').update(JSON.stringify(named)).digest('hex')
}

/** Asks CloudZero whether it would take a body. */
async function judge(client: AnycostStream, body: string): Promise<void> {
  const errors = await client.validate(body)
  if (errors.length > 0) throw new Refused(`CloudZero would refuse it: ${sayErrors(errors, body)}`)
}

/** What exactly is wrong with a body that was refused, where CloudZero says so when it is asked. */
async function explain(client: AnycostStream, body: string, refused: Refused): Promise<Error> {
  const errors = await client.validate(body).catch(() => [])
  if (errors.length === 0) return refused
  return new Refused(`${refused.message}: ${sayErrors(errors, body)}`, { status: 400 })
}

/** The first errors, each with the row that it names: `data[3]` says little to who does not see the request. */
function sayErrors(errors: readonly string[], body: string): string {
  const { data } = JSON.parse(body) as {
    readonly data: readonly Readonly<Record<string, string>>[]
  }
  const lines = errors.slice(0, 3).map(error => {
    const row = data[Number(/^data\[(\d+)\]/.exec(error)?.[1])]
    return row
      ? `${error} (lineitem/id ${row['lineitem/id']}, ${row['resource/service'] ?? 'no service'})`
      : error
  })
  const more = errors.length - lines.length
  return [...lines, ...(more > 0 ? [`${more} more`] : [])].join('; ')
}

/** Notes what CloudZero was seen to have. Resolves to the slots that changed meanwhile. */
export async function confirm(
  keys: StateWriter,
  { bundle, versions }: Sent,
  { connection }: Stream,
): Promise<readonly Slot[]> {
  const changed: Slot[] = []
  for (const slot of bundle.slots) {
    const { since, changed: last, mayReplace: _, ...record } = await readSlot(keys, slot)
    const version = versions.get(slot) ?? 0
    const same = record.version === version
    const waits = same || last === undefined ? {} : { since: last, changed: last }
    if (!same) changed.push(slot)
    await writeSlot(keys, slot, { ...record, ...waits, sent: version, connection })
  }
  return changed
}
