import { MIMEType } from 'node:util'

export interface MediaType {
  /** Type and subtype in lower case, without parameters. */
  readonly essence: string
  /** In lower case. */
  readonly charset: string | undefined
}

export const STRUCTURED = 'application/cloudevents+json'
export const BATCH = 'application/cloudevents-batch+json'
export const JSON_DATA = 'application/json'
export const BYTES = 'application/octet-stream'

// Few media types come by, but one with every event; parsing one costs as much as a small event.
const known = new Map<string, MediaType | undefined>()
const MOST_KNOWN = 200

/** Reads `type/subtype; parameters`, in any case, quoted or not. Nothing where the text is no media type. */
export function parseMediaType(text: string): MediaType | undefined {
  if (known.has(text)) return known.get(text)
  const parsed = parse(text)
  if (known.size >= MOST_KNOWN) known.clear()
  if (text.length <= 200) known.set(text, parsed)
  return parsed
}

function parse(text: string): MediaType | undefined {
  if (!/^[\x20-\x7e]*$/.test(text)) return undefined
  try {
    const { essence, params } = new MIMEType(text)
    return { essence, charset: params.get('charset')?.toLowerCase() }
  } catch {
    return undefined
  }
}

/** Data without a type is JSON. */
export function isJsonType(type: string | undefined): boolean {
  if (type === undefined || type === JSON_DATA) return true
  const essence = parseMediaType(type)?.essence
  return essence !== undefined && (essence.endsWith('/json') || essence.endsWith('+json'))
}

/** Whether bytes of this type are text that a person may read, so that an event carries them as text. */
export function isTextType({ essence, charset }: MediaType): boolean {
  const text = /^text\/|[/+](?:xml|yaml)$|^application\/(?:x-www-form-urlencoded|javascript)$/.test(essence)
  return isUtf8Charset(charset) && (text || charset !== undefined)
}

/** A charset that UTF-8 reads right; leaving it out counts. */
export const isUtf8Charset = (charset: string | undefined): boolean =>
  charset === undefined || charset === 'utf-8' || charset === 'utf8' || charset === 'us-ascii'
