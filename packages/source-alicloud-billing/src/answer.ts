import { parseJson, Retryable } from '@billow/core'
import { type Asked, apiError } from './errors.ts'
import { textOf } from './event.ts'
import type { Answer } from './wire.ts'

export type Json = Readonly<Record<string, unknown>>

/** The `Data` of a success, else the error. HTTP 200 alone is no success. */
export function readAnswer({ body, error, status, headers }: Answer, asked: Asked): Json | Error {
  const { action } = asked
  if (body === undefined) {
    const fault = faultOf(error)
    return fault
      ? apiError({ ...fault, status, headers }, asked)
      : new Retryable(`${action} failed (${broken(error, status)})`)
  }
  let answer: unknown
  try {
    answer = parseJson(body)
  } catch {
    return new Retryable(
      `${action} gave an answer that is no whole JSON (HTTP ${status}, ${body.length} characters)`,
    )
  }
  const { Code: code, Message: message, Success: success, Data: data } = record(answer) ?? {}
  if (code === undefined) return new Retryable(`${action} gave an answer without a Code (HTTP ${status})`)
  if (code !== 'Success' || success === false) {
    return apiError({ code: textOf(code), message: textOf(message), status, headers }, asked)
  }
  return record(data) ?? new Retryable(`${action} gave an answer without Data`)
}

/** An error that the API told; nothing where `callApi` failed for another reason. */
function faultOf(error: unknown): { code: string; message: string } | undefined {
  const told = record(record(error)?.['data'])
  return told?.['Code'] === undefined
    ? undefined
    : { code: textOf(told['Code']), message: textOf(told['Message']) }
}

/** Why no answer could be read, without the texts of libraries, which quote URLs and answers. */
function broken(error: unknown, status: number): string {
  const { code, name } = record(error) ?? {}
  const reason = textOf(code ?? name) || 'unknown'
  return status === 0 ? `no answer: ${reason}` : `HTTP ${status}, an answer that cannot be read: ${reason}`
}

/** A value as an object, where it is one. */
export function record(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null ? (value as Json) : undefined
}
