import { isUtf8 } from 'node:buffer'
import { gunzipSync } from 'node:zlib'
import type { WireRequest } from '../wire.ts'
import { CloudzeroError } from './errors.ts'
import type { CloudzeroFaults } from './faults.ts'
import { type CbfRow, rowFaults } from './row.ts'
import { readMonth } from './times.ts'

export const OPERATIONS = ['replace_drop', 'replace_hourly', 'sum'] as const
export type Operation = (typeof OPERATIONS)[number]

/** What a request asks to be done with a month. */
export interface DropRequest {
  /** `YYYY-MM`. */
  readonly month: string
  readonly operation: Operation
  readonly rows: readonly CbfRow[]
}

/** A body that was read, and all that is wrong with it. */
export interface Judged {
  readonly drop: DropRequest
  readonly faults: readonly string[]
}

/** 5 MB, by the stricter of the two meanings of MB. */
const MAX_BODY = 5_000_000
const MAX_FAULTS = 100

/** Reads the body of a billing drop. Throws `CloudzeroError` where there is nothing to judge: too large, not JSON. */
export function readDrop(request: WireRequest, rules: CloudzeroFaults): Judged {
  if (!/^application\/json *(;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw new CloudzeroError(415, 'Content-Type must be application/json')
  }
  const body = parse(textOf(request, rules))
  const { month: text, operation = 'replace_drop', data, ...rest } = body
  const month = typeof text === 'string' ? readMonth(text) : undefined
  const faults = Object.keys(rest).map(
    key => `${key}: there is no such key; there are month, operation and data`,
  )
  if (month === undefined) faults.push(`month: found ${JSON.stringify(text)}; give 2024-08, or a time in it`)
  if (!OPERATIONS.includes(operation as Operation)) {
    faults.push(`operation: found ${JSON.stringify(operation)}; there are ${OPERATIONS.join(', ')}`)
  }
  const rows: readonly unknown[] = Array.isArray(data) ? data : []
  if (rows.length === 0) faults.push('data: give a list of at least one row')
  if (month !== undefined) {
    for (const [index, row] of rows.entries()) {
      if (faults.length >= MAX_FAULTS) break
      const found = rowFaults(row, { month, noNegatives: rules.noNegatives === true })
      faults.push(...found.map(fault => `data[${index}]: ${fault}`))
    }
  }
  return {
    drop: { month: month ?? '', operation: operation as Operation, rows: rows as readonly CbfRow[] },
    faults,
  }
}

function textOf({ bytes, headers }: WireRequest, { gzip, maxBody = MAX_BODY }: CloudzeroFaults): string {
  const encoding = headers['content-encoding'] ?? 'identity'
  const coded = encoding !== 'identity'
  if (coded && !(gzip && encoding === 'gzip')) {
    throw new CloudzeroError(415, `Content-Encoding ${encoding} is not supported`)
  }
  const text = coded ? unzip(bytes, maxBody) : bytes
  if (text.length > maxBody) throw tooLarge()
  if (!isUtf8(text)) throw new CloudzeroError(400, 'the body is not UTF-8')
  return text.toString()
}

function unzip(bytes: Buffer, maxBody: number): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBody })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge()
    throw new CloudzeroError(400, 'the body is not gzip')
  }
}

const tooLarge = () => new CloudzeroError(413, 'Request Entity Too Large')

function parse(text: string): Readonly<Record<string, unknown>> {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    throw new CloudzeroError(400, 'the body is not JSON')
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new CloudzeroError(400, 'the body is an object with month, operation and data')
  }
  return body as Readonly<Record<string, unknown>>
}
