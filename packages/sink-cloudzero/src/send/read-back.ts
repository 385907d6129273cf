import { type Context, describeError, Retryable } from '@billow/core'
import { addTallies, sayTally } from '../cbf/tally.ts'
import type { AnycostStream } from '../client.ts'
import type { CloudzeroConfig, Stream } from '../config.ts'
import type { Month } from './bundles.ts'
import { EMPTY, gathering, readMonth } from './read-month.ts'
import type { Sent } from './send.ts'
import { waitAfter } from './waiting.ts'

interface Reading extends Pick<Context<CloudzeroConfig>, 'clock' | 'config' | 'log' | 'state'> {
  readonly client: AnycostStream
  readonly stream: Stream
}

/** What became of what was sent: why it is missing, or nothing where CloudZero has it. */
interface Verdict {
  readonly sent: Sent
  readonly missing?: Retryable
}

/** How often a month that was just changed is read: an answer may be older than the change. */
const READINGS = 4

/** Reads a month back until it has what was sent, or was read often enough. */
export async function* readBack(
  month: string,
  sent: readonly Sent[],
  { client, clock, config, log, state, stream }: Reading,
  signal: AbortSignal,
): AsyncGenerator<Verdict> {
  const slots = sent.flatMap(({ bundle }) => bundle.slots)
  const gathered = gathering(config.operation, slots)
  let left = sent
  for (let reading = 1; left.length > 0; reading += 1) {
    const verdicts: Verdict[] = []
    let trouble: unknown
    try {
      const read = await readMonth({ client, month, gathered })
      const still: Sent[] = []
      for (const one of left) {
        if (await one.bundle.isThere(read, one.tally, state)) verdicts.push({ sent: one })
        else if (reading < READINGS) still.push(one)
        else verdicts.push({ sent: one, missing: differs(one, read, stream) })
      }
      left = still
    } catch (error) {
      if (signal.aborted || reading >= READINGS || !(error instanceof Retryable)) throw error
      trouble = error
      log.debug({ month, reason: describeError(error) }, 'the month could not be read back yet')
    }
    yield* verdicts
    if (left.length > 0) await clock.sleep(waitAfter(trouble, reading), signal)
  }
}

function differs({ bundle, tally }: Sent, read: Month, { currency }: Stream): Retryable {
  const theirs = addTallies(bundle.slots.map(({ hour }) => (read.get(hour) ?? EMPTY).tally))
  return new Retryable(
    `${bundle.name} was taken and is not there as it was sent: sent ${sayTally(tally, currency)}, read back ${sayTally(theirs, currency)}`,
  )
}
