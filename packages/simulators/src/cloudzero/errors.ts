import { STATUS_CODES } from 'node:http'
import type { Answer } from '../wire.ts'

/** A refusal in CloudZero's form. */
export class CloudzeroError extends Error {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.status = status
    this.headers = headers
  }

  /** Such as `BadRequest`. */
  get type(): string {
    return STATUS_CODES[this.status]?.replaceAll(' ', '') ?? String(this.status)
  }
}

// The API says `error` where it read the request, and `message` where its gateway stopped it.
const READ = [400, 404, 409]

export function errorAnswer(error: CloudzeroError): Answer {
  const { status, type, message, headers } = error
  return jsonAnswer(status, READ.includes(status) ? { error: { message, type } } : { message }, headers)
}

export function jsonAnswer(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { status, contentType: 'application/json', body: JSON.stringify(body), headers }
}
