import { AuthError, BillowError, ConfigError, StateError } from '@billow/core'
import { GRANTS } from './migrations.ts'

/** What a failure means for the runtime, and what to do about it. The server's words hold no password. */
export function explain(error: unknown, place: string): Error {
  if (error instanceof BillowError) return error
  const { code, message } = Object(error) as { code?: string; message?: string }
  switch (code ?? '') {
    case '28P01':
    case '28000':
      return new AuthError(
        `store_config.url: the server at ${place} does not let us in: ${message}; correct user and password, or ask who runs the server`,
      )
    case '3D000':
      return new ConfigError(
        `store_config.url: ${message} at ${place}; make it, with CREATE DATABASE, or name another one`,
      )
    case '3F000':
      return new ConfigError(
        `store_config.url: the server at ${place} finds no schema to make tables in: ${message}; make it, with CREATE SCHEMA`,
      )
    case '42501':
      return new AuthError(
        `store_config.url: the user may not work in ${place}: ${message}; run this as the owner of the database, with the user's name for "billow": ${GRANTS}`,
      )
    case '54000':
      return new BillowError(`the state in ${place} takes no key of more than some 2,600 bytes: ${message}`)
    case '22021':
      return new BillowError(`the state in ${place} takes no text with a NUL in it: ${message}`)
    default:
      return new StateError(`the state in ${place} cannot be used${hint(code, message)}`, error)
  }
}

function hint(code: string | undefined, message = ''): string {
  if (message.includes('does not support SSL'))
    return ' (the server speaks no TLS: give ?sslmode=disable if that is meant)'
  if (/CERT|SIGNATURE|TLS|SSL/.test(code ?? ''))
    return ' (give the authority of its certificate: ?sslrootcert=/path/to/ca.pem)'
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND') return ' (is the server up, and the URL right?)'
  return ''
}
