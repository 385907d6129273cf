/** A request as it came over the wire. */
export interface WireRequest {
  readonly method: string
  /** The path as it was sent, still encoded. */
  readonly path: string
  /** Names and values in the order in which they were sent, decoded. */
  readonly query: readonly (readonly [string, string])[]
  /** By lower-case name; a repeated header's values are joined with a comma. */
  readonly headers: Readonly<Record<string, string>>
  /** The body as text. */
  readonly body: string
  /** The body as it came. */
  readonly bytes: Buffer
}

export interface Answer {
  readonly status: number
  readonly contentType: string
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

/** What a simulated service makes of a request. */
export interface Reply {
  readonly answer: Answer
  /** `ok` or the provider's error code. */
  readonly outcome: string
  readonly accessKeyId?: string | undefined
  readonly parameters?: unknown
  /** Work that is done only when the answer is on its way. */
  readonly after?: () => void
}

/** Reads a request from its parts; `rawHeaders` alternates names and values. */
export function wireRequest(
  method: string,
  url: string,
  rawHeaders: readonly string[],
  bytes: Buffer,
): WireRequest {
  const [path = '/', query = ''] = splitOnce(url, '?')
  const headers: Record<string, string> = {}
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]?.toLowerCase() ?? ''
    const value = rawHeaders[i + 1] ?? ''
    headers[name] = name in headers ? `${headers[name]},${value}` : value
  }
  return { method, path, query: [...new URLSearchParams(query)], headers, body: bytes.toString(), bytes }
}

/** RFC 3986: everything but letters, digits and `-_.~` is percent-encoded. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** `k=v&…`, encoded and sorted by name, then value, in code unit order. */
export function canonicalQuery(pairs: readonly (readonly [string, string])[]): string {
  return pairs
    .map(([name, value]) => [percentEncode(name), percentEncode(value)] as const)
    .sort(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

/** Orders texts by code unit, so that the order is the same everywhere. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}
