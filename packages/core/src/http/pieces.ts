import { eventToJson } from '../cloudevents/index.ts'
import type { CloudEvent } from '../connector.ts'

/** The events of one request, with their JSON where they go as a batch. */
export interface Piece {
  readonly events: readonly CloudEvent[]
  readonly texts?: readonly string[]
}

export interface PieceOptions {
  /** Events in a piece at the most; 1 means that each goes alone. */
  readonly size: number
  /** What a piece's body may grow to; a single event may be larger. */
  readonly bytes: number
  /** Told of an event that cannot be written; it is left out. */
  readonly onFault: (event: CloudEvent, error: unknown) => void
}

/** Cuts events into requests, one after another, so that only what is under way is in memory twice. */
export function* cutPieces(
  events: Iterable<CloudEvent>,
  { size, bytes, onFault }: PieceOptions,
): Generator<Piece> {
  let held: CloudEvent[] = []
  let texts: string[] = []
  let length = 0
  for (const event of events) {
    if (size === 1) {
      yield { events: [event] }
      continue
    }
    const text = tryToWrite(event, onFault)
    if (text === undefined) continue
    const more = Buffer.byteLength(text) + 1
    if (held.length > 0 && (held.length === size || length + more > bytes)) {
      yield { events: held, texts }
      held = []
      texts = []
      length = 0
    }
    held.push(event)
    texts.push(text)
    length += more
  }
  if (held.length > 0) yield { events: held, texts }
}

function tryToWrite(event: CloudEvent, onFault: PieceOptions['onFault']): string | undefined {
  try {
    return eventToJson(event)
  } catch (error) {
    onFault(event, error)
    return undefined
  }
}

/** The two halves of a refused batch. What stands alone goes alone, no batch any more. */
export function halve({ events, texts = [] }: Piece): readonly Piece[] {
  const middle = Math.ceil(events.length / 2)
  return [
    [0, middle],
    [middle, events.length],
  ]
    .map(([from, to]) => ({ events: events.slice(from, to), texts: texts.slice(from, to) }))
    .filter(piece => piece.events.length > 0)
    .map(piece => (piece.events.length > 1 ? piece : { events: piece.events }))
}
