import { isUtf8 } from 'node:buffer'

/** Writes an attribute as an HTTP header: space, `"`, `%` and all but printable ASCII as escapes of their UTF-8 bytes. */
export function encodeHeaderValue(text: string): string {
  return /^[!#$&-~]*$/.test(text) ? text : text.replaceAll(/[^!#$&-~]/gu, encodeURIComponent)
}

/**
 * Reads an attribute from an HTTP header: quotes are taken off, then one round of escapes. A `%` without two
 * hexadecimal digits stands for itself. Bytes outside ASCII, which a header should not have, are read as UTF-8.
 * Nothing where the bytes are no UTF-8.
 */
export function decodeHeaderValue(header: string): string | undefined {
  if (/^[!#$&-~]*$/.test(header)) return header
  const unquoted = header.replaceAll(/"((?:[^"\\]|\\.)*)"/g, (_, inner: string) =>
    inner.replaceAll(/\\(.)/g, '$1'),
  )
  const binary = unquoted.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  const bytes = Buffer.from(binary, 'latin1')
  return isUtf8(bytes) ? bytes.toString() : undefined
}
