import type { Refusal } from '../connector.ts'

/** An event that a sink refused for good, as it is kept. */
export interface DeadLetter extends Refusal {
  /** When it was refused first, ISO 8601. */
  readonly time: string
  /** The id of a later event that says it replaces this one. */
  readonly replacedBy?: string
}
