import type { Tally } from './books.ts'

/** What the subject reads from, in the oracle's hand. */
export interface Provider {
  readonly url: string
  /** Makes more rows known to the books, for the subject to find. */
  issue(): void
  /** Words for the subject's command line. */
  args(): readonly string[]
  /** What of the rows is on the disk of a subject that is not running. */
  look(dataDirectory: string): Progress
  /** What is done to the requests of the next life. */
  plan(plan: ProviderPlan | undefined): void
  close(): void
}

export interface Progress {
  /** Rows that are not on the disk yet. */
  readonly unread: number
  /** Rows on the disk that are not known to be delivered. */
  readonly waiting: number
}

export interface ProviderPlan {
  /** `asking`: the request is held; `reading`: half of the answer is sent, and no more. */
  readonly at: 'asking' | 'reading'
  readonly reached: () => void
}

export interface ProviderOptions {
  readonly random: () => number
  readonly faults: Tally
  /** Whether the oracle adds faults of its own now. */
  readonly faulty: () => boolean
}
