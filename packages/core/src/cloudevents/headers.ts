import { DecodeError } from './decode-error.ts'

/** HTTP headers by their names in lower case, as `headers` or `headersDistinct` of a request of Node has them. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

/**
 * The one value of a header.
 * @throws DecodeError where it was given more than once, for then nobody can say which one is meant.
 */
export function headerOf(headers: Headers, name: string): string | undefined {
  const value = headers[name]
  if (value === undefined || typeof value === 'string') return value
  if (value.length > 1)
    throw new DecodeError(400, `${name}: found ${value.length} such headers; one is allowed`)
  return value[0]
}
