import { closeSync, openSync, readSync } from 'node:fs'

/** No config file and no mounted secret is larger. */
const LIMIT = 1024 * 1024
export const LIMIT_TEXT = '1 MiB'

// In a container the user is a number that the file's owner has never seen.
const CLOSED = `may not be read by ${process.getuid ? `user ${process.getuid()}` : 'this user'}; let others read it and enter its folder, or run as its owner`
const PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  EISDIR: 'is a directory',
  EACCES: CLOSED,
  EPERM: CLOSED,
  ERR_ENCODING_INVALID_ENCODED_DATA: 'is not UTF-8 text',
  ERR_INVALID_ARG_VALUE: 'is no path',
}

/** Reads a small UTF-8 file; a problem is words that follow the name of the file. */
export function readTextFile(path: string): { readonly text: string } | { readonly problem: string } {
  try {
    const bytes = readLimited(path)
    if (bytes.length > LIMIT) return { problem: `is larger than ${LIMIT_TEXT}` }
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error'
    return { problem: PROBLEMS[code] ?? `cannot be read (${code})` }
  }
}

/** At most one byte more than the limit, whatever the size is said to be: a pipe has none. */
function readLimited(path: string): Buffer {
  const buffer = Buffer.alloc(LIMIT + 1)
  const file = openSync(path, 'r')
  try {
    let length = 0
    for (let count = -1; count !== 0 && length < buffer.length; length += count) {
      count = readSync(file, buffer, length, buffer.length - length, null)
    }
    return buffer.subarray(0, length)
  } finally {
    closeSync(file)
  }
}
