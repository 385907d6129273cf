export type CustomColumn = `x_${string}`

/** The columns of our own that every charge of an event may have. */
export const EVENT_COLUMNS: readonly CustomColumn[] = [
  'x_BillingDate',
  'x_EventSource',
  'x_EventId',
  'x_Revision',
  'x_Replaces',
]

/** For files whose columns stand at their head. */
export interface FileOptions {
  /** The columns of your own, behind FOCUS's; others that a charge has are left out. The day and the event if left out. */
  readonly custom?: readonly CustomColumn[]
}
