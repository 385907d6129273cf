import { type Fields, shown } from './attributes.ts'
import { isJsonType } from './media-type.ts'

/** An event's data by what has to be written. */
export type Payload =
  | { readonly kind: 'none' }
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bytes'; readonly base64: string }

export const JSON_VALUES = 'plain objects, lists, texts, numbers, booleans and null'

const NONE: Payload = { kind: 'none' }

/** Reads the data of a valid event. `null` is a value in JSON; with any other media type it stands for no data. */
export function payloadOf({ data, data_base64: base64, datacontenttype: type }: Fields): Payload {
  if (typeof base64 === 'string') return { kind: 'bytes', base64 }
  if (data instanceof Uint8Array) return { kind: 'bytes', base64: Buffer.from(data).toString('base64') }
  if (data === undefined) return NONE
  if (typeof type !== 'string' || isJsonType(type)) return { kind: 'json', value: data }
  return typeof data === 'string' ? { kind: 'text', text: data } : NONE
}

/** Adds what is wrong with an event's data to `faults`. */
export function checkData(fields: Fields, faults: string[]): void {
  const { data, data_base64: base64, datacontenttype: type } = fields
  const bytes = data instanceof Uint8Array
  if (base64 !== undefined && base64 !== null) {
    if (data !== undefined && !bytes) faults.push('data: found beside data_base64; one of the two is allowed')
    if (!isBase64(base64)) faults.push(`data_base64: found ${shown(base64)}; base64 text is allowed`)
    return
  }
  if (typeof data === 'function' || typeof data === 'symbol') {
    faults.push(`data: found a ${typeof data}; ${JSON_VALUES} are allowed`)
    return
  }
  const text = bytes || typeof data === 'string' || data === undefined || data === null
  if (!text && typeof type === 'string' && !isJsonType(type)) {
    faults.push(
      `data: found ${shown(data)}; with the media type ${shown(type)} a text, or data_base64, is allowed`,
    )
  }
}

const isBase64 = (value: unknown): boolean =>
  typeof value === 'string' && value.length % 4 === 0 && !/[^A-Za-z0-9+/]/.test(value.replace(/={1,2}$/, ''))
