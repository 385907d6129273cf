import { joinBatch } from '../cloudevents/index.ts'
import type { CloudEvent } from '../connector.ts'
import { Refused } from '../errors.ts'
import { attempt, type Mode, messageOf, type Post } from './sender.ts'

/** An event with its JSON, and whose abort ends the request. */
export interface BatchItem {
  readonly event: CloudEvent
  readonly text: string
  readonly signal: AbortSignal
}

export interface BatchWay<I extends BatchItem> {
  readonly mode: Mode
  readonly post: Post
  /** Of these, nothing more is to be sent. */
  readonly isOver: (item: I) => boolean
  /** Told how each item ended: safe, not sent any more, or why it is not safe. */
  readonly conclude: (item: I, end: 'safe' | 'unsent' | Error) => void
}

/** Posts events as one batch; what is refused is halved until it is known which events are meant. */
export async function sendBatch<I extends BatchItem>(items: readonly I[], way: BatchWay<I>): Promise<void> {
  const { post, isOver, conclude } = way
  const error = await attempt(post, () => joinBatch(items.map(({ text }) => text)), signalOf(items))
  if (!(error instanceof Refused)) {
    for (const item of items) conclude(item, error ?? 'safe')
    return
  }
  const middle = Math.ceil(items.length / 2)
  for (const half of [items.slice(0, middle), items.slice(middle)]) {
    for (const item of half.filter(isOver)) conclude(item, 'unsent')
    const rest = half.filter(item => !isOver(item))
    if (rest.length > 1) await sendBatch(rest, way)
    else for (const item of rest) await sendAlone(item, way)
  }
}

/** No batch any more: some targets take none. */
async function sendAlone<I extends BatchItem>(item: I, { mode, post, conclude }: BatchWay<I>): Promise<void> {
  const error = await attempt(post, () => messageOf(item.event, mode), item.signal)
  conclude(item, error ?? 'safe')
}

/** As a rule there is only one: that of the connector. */
function signalOf(items: readonly BatchItem[]): AbortSignal {
  const signals = [...new Set(items.map(({ signal }) => signal))]
  return signals.length === 1 ? (signals[0] as AbortSignal) : AbortSignal.any(signals)
}
