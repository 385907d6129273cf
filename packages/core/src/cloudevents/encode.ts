import type { CloudEvent } from '../connector.ts'
import { Refused } from '../errors.ts'
import { stringifyJson } from '../json.ts'
import { CORE_ATTRIBUTES, extensionsOf, shown } from './attributes.ts'
import { JSON_VALUES, payloadOf } from './data.ts'
import { encodeHeaderValue } from './header-value.ts'
import { BATCH, isUtf8Charset, JSON_DATA, parseMediaType, STRUCTURED } from './media-type.ts'

/** An HTTP message that carries events. */
export interface Message {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/**
 * The event in the JSON format: the attributes in the specification's order, then the extensions, then the data.
 * The event must be valid: see `validateEvent`.
 * @throws Refused when JSON cannot hold the data.
 */
export function eventToJson(event: CloudEvent): string {
  const envelope: Record<string, unknown> = {}
  for (const name of namesOf(event)) envelope[name] = event[name]
  const payload = payloadOf(event)
  if (payload.kind === 'bytes') envelope.data_base64 = payload.base64
  if (payload.kind === 'text') envelope.data = payload.text
  if (payload.kind === 'json') envelope.data = payload.value
  return toJson(envelope)
}

/** One event, whole in the body. See `eventToJson` for what it takes and throws. */
export const encodeStructured = (event: CloudEvent): Message => ({
  headers: { 'content-type': STRUCTURED },
  body: Buffer.from(eventToJson(event)),
})

/** Any number of events in one body. See `eventToJson` for what it takes and throws. */
export const encodeBatch = (events: readonly CloudEvent[]): Message => joinBatch(events.map(eventToJson))

/** A batch of events that are JSON texts already. */
export const joinBatch = (texts: readonly string[]): Message => ({
  headers: { 'content-type': BATCH },
  body: Buffer.from(`[${texts.join(',')}]`),
})

/**
 * One event with its attributes as headers and its data as the body. Data without a media type goes as JSON.
 * The event must be valid: see `validateEvent`.
 * @throws Refused when the data cannot be written as its media type says.
 */
export function encodeBinary(event: CloudEvent): Message {
  const headers: Record<string, string> = {}
  for (const name of namesOf(event)) {
    if (name !== 'datacontenttype') headers[`ce-${name}`] = encodeHeaderValue(String(event[name]))
  }
  const body = bodyOf(event)
  const type = event.datacontenttype ?? (body ? JSON_DATA : undefined)
  if (type !== undefined) headers['content-type'] = type
  return { headers, body: body ?? Buffer.alloc(0) }
}

const namesOf = (event: CloudEvent): readonly string[] => [
  ...CORE_ATTRIBUTES.filter(name => event[name] !== undefined && event[name] !== null),
  ...extensionsOf(event),
]

function bodyOf(event: CloudEvent): Buffer | undefined {
  const payload = payloadOf(event)
  if (payload.kind === 'none') return undefined
  if (payload.kind === 'bytes') return Buffer.from(payload.base64, 'base64')
  if (payload.kind === 'json') return Buffer.from(toJson(payload.value))
  const type = event.datacontenttype ?? ''
  if (isUtf8Charset(parseMediaType(type)?.charset)) return Buffer.from(payload.text)
  throw new Refused(
    `data: text with the media type ${shown(type)}; give bytes (data_base64), or UTF-8 as its charset`,
  )
}

function toJson(value: unknown): string {
  try {
    return stringifyJson(value)
  } catch {
    throw new Refused(`data: JSON cannot hold it; ${JSON_VALUES} are allowed`)
  }
}
