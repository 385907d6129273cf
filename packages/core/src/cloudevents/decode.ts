import type { CloudEvent } from '../connector.ts'
import { type Fields, readAttributes } from './attributes.ts'
import { checkData, payloadOf } from './data.ts'
import { decodeBinary } from './decode-binary.ts'
import { DecodeError, type EventFault, faultsError } from './decode-error.ts'
import { type Headers, headerOf } from './headers.ts'
import { parseJsonBody } from './json-body.ts'
import { BATCH, isUtf8Charset, parseMediaType, STRUCTURED } from './media-type.ts'

export interface Decoded {
  readonly mode: 'structured' | 'binary' | 'batch'
  /** One event, or as many as the batch has, which may be none. */
  readonly events: readonly CloudEvent[]
}

/**
 * Reads the events of an HTTP message in any of the three modes. Nothing is invented or replaced, not even an id
 * or a time; bytes stay base64 in `data_base64`, and numbers keep their digits (see `parseJson`).
 * @throws DecodeError with the status to answer and the reason.
 */
export function decode(headers: Headers, body: Buffer): Decoded {
  const type = headerOf(headers, 'content-type')
  const media = type === undefined ? undefined : parseMediaType(type)
  if (!media?.essence.startsWith('application/cloudevents')) {
    return { mode: 'binary', events: [decodeBinary(headers, type, body)] }
  }
  if (media.essence !== STRUCTURED && media.essence !== BATCH) {
    throw new DecodeError(415, `content-type: found ${media.essence}; ${STRUCTURED} or ${BATCH} is allowed`)
  }
  if (!isUtf8Charset(media.charset)) {
    throw new DecodeError(415, `content-type: found the charset ${media.charset}; UTF-8 is allowed`)
  }
  const json = parseJsonBody(body)
  return media.essence === BATCH
    ? { mode: 'batch', events: readBatch(json) }
    : { mode: 'structured', events: [readSingle(json)] }
}

function readSingle(json: unknown): CloudEvent {
  const read = readEvent(json, 0)
  if ('reason' in read) throw new DecodeError(400, read.reason, [read])
  return read.event
}

function readBatch(json: unknown): readonly CloudEvent[] {
  if (!Array.isArray(json))
    throw new DecodeError(400, 'the body of a batch is a JSON list of events; found something else')
  const events: CloudEvent[] = []
  const wrong: EventFault[] = []
  for (const [index, item] of json.entries()) {
    const read = readEvent(item, index)
    if ('reason' in read) wrong.push(read)
    else events.push(read.event)
  }
  if (wrong.length > 0) throw faultsError(wrong)
  return events
}

function readEvent(json: unknown, index: number): EventFault | { readonly event: CloudEvent } {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return { index, reason: 'an event is a JSON object; found something else' }
  }
  const fields = json as Fields
  const faults: string[] = []
  const event = readAttributes(fields, faults)
  checkData(fields, faults)
  if (faults.length > 0) {
    const { id } = event
    return { index, ...(typeof id === 'string' && id !== '' && { id }), reason: faults.join('; ') }
  }
  const payload = payloadOf(fields)
  if (payload.kind === 'json') event.data = payload.value
  if (payload.kind === 'text') event.data = payload.text
  if (payload.kind === 'bytes') event.data_base64 = payload.base64
  return { event: event as CloudEvent }
}
