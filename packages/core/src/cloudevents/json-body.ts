import { isUtf8 } from 'node:buffer'
import { parseJson } from '../json.ts'
import { DecodeError } from './decode-error.ts'

/** @throws DecodeError where a body is no JSON in UTF-8. A byte order mark in front is overlooked. */
export function parseJsonBody(body: Buffer): unknown {
  if (!isUtf8(body)) throw new DecodeError(400, 'the body is not UTF-8')
  const text = body.toString()
  try {
    return parseJson(text.startsWith('\uFEFF') ? text.slice(1) : text)
  } catch (error) {
    throw new DecodeError(400, `the body is ${error instanceof SyntaxError ? error.message : 'not JSON'}`)
  }
}
