import { BillowError, describeError } from '../errors.ts'

/** The state cannot be opened, read or written: a full disk, a lock, a broken file. Whatever is tried next meets it too. */
export class StateError extends BillowError {
  constructor(what: string, cause: unknown) {
    super(`${what}: ${describeError(cause)}`, { cause })
  }
}
