import { isUtf8 } from 'node:buffer'
import type { CloudEvent } from '../connector.ts'
import { readAttributes } from './attributes.ts'
import { DecodeError } from './decode-error.ts'
import { decodeHeaderValue } from './header-value.ts'
import { type Headers, headerOf } from './headers.ts'
import { parseJsonBody } from './json-body.ts'
import {
  BATCH,
  BYTES,
  isJsonType,
  isTextType,
  isUtf8Charset,
  parseMediaType,
  STRUCTURED,
} from './media-type.ts'

const PREFIX = 'ce-'

/**
 * Reads an event whose attributes are headers. Their values are texts, whatever the type of an extension, for
 * headers do not tell. An empty body is no data.
 * @throws DecodeError
 */
export function decodeBinary(headers: Headers, type: string | undefined, body: Buffer): CloudEvent {
  const faults: string[] = []
  const fields = readHeaders(headers, faults)
  // A body without a type is bytes to HTTP, while an event without one would claim to be JSON.
  fields.datacontenttype = type ?? (body.length > 0 ? BYTES : undefined)
  const event = readAttributes(fields, faults) as CloudEvent
  if (faults.length > 0) {
    const { id } = event
    throw new DecodeError(400, faults.join('; '), [
      { index: 0, ...(id && { id }), reason: faults.join('; ') },
    ])
  }
  return body.length > 0 ? { ...event, ...readData(event.datacontenttype ?? BYTES, body) } : event
}

function readHeaders(headers: Headers, faults: string[]): Record<string, unknown> {
  const names = Object.keys(headers).filter(name => name.startsWith(PREFIX) && headers[name] !== undefined)
  if (names.length === 0) {
    const found =
      headers['content-type'] === undefined
        ? 'no content-type'
        : `the content-type ${String(headers['content-type'])}`
    throw new DecodeError(
      415,
      `found ${found} and no ce- headers; ${STRUCTURED}, ${BATCH}, or ce- headers are allowed`,
    )
  }
  // Without a prototype, so that no name means anything but itself.
  const fields: Record<string, unknown> = Object.create(null)
  for (const header of names) {
    const name = header.slice(PREFIX.length)
    const value = decodeHeaderValue(headerOf(headers, header) ?? '')
    if (value === undefined) faults.push(`${header}: its bytes are not UTF-8`)
    if (['datacontenttype', 'data', 'data_base64'].includes(name)) {
      faults.push(`${header}: not allowed; the content-type header and the body are in its place`)
    } else {
      fields[name] = value ?? ''
    }
  }
  return fields
}

function readData(type: string, body: Buffer): { data: unknown } | { data_base64: string } {
  const media = parseMediaType(type)
  if (isJsonType(type)) {
    if (!isUtf8Charset(media?.charset)) {
      throw new DecodeError(
        415,
        `content-type: found the charset ${media?.charset}; for JSON, UTF-8 is allowed`,
      )
    }
    return { data: parseJsonBody(body) }
  }
  const text = media !== undefined && isTextType(media) && isUtf8(body)
  return text ? { data: body.toString() } : { data_base64: body.toString('base64') }
}
