import { Refused } from '../errors.ts'

/** What is wrong with one event of a request. */
export interface EventFault {
  /** Its place in the request, from 0. */
  readonly index: number
  /** Its id, where it has one. */
  readonly id?: string
  /** One line: which attribute, what was found, what is allowed. */
  readonly reason: string
}

const MOST_TOLD = 5

/** A message that holds no CloudEvents, or wrong ones; nothing of it may be taken. */
export class DecodeError extends Refused {
  /** The HTTP status of the answer: 400, or 415 where another media type would help. */
  declare readonly status: 400 | 415
  /** Every wrong event; empty where the message as a whole is wrong. */
  readonly faults: readonly EventFault[]

  constructor(status: 400 | 415, message: string, faults: readonly EventFault[] = []) {
    super(message, { status })
    this.faults = faults
  }
}

/** One line about the wrong events of a batch, the first few by name. */
export function faultsError(faults: readonly EventFault[]): DecodeError {
  const told = faults.slice(0, MOST_TOLD).map(({ index, reason }) => `event ${index}: ${reason}`)
  const more = faults.length - told.length
  return new DecodeError(400, [...told, ...(more > 0 ? [`and ${more} more`] : [])].join('; '), faults)
}
