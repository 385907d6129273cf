import type { Runner } from './case.ts'

/** The outside system as a test stands it up: a server, a folder, a simulator. */
export interface Outside {
  /** Keys that point the connector here, such as `endpoint`; they are put over `config`. */
  readonly config?: Readonly<Record<string, unknown>>
  close?(): unknown
}

/** What can go wrong outside; each is switched on until `heal`. A fault that is left out is not tried. */
export interface Faults<O> {
  /** Refuses our credentials. */
  deny?(outside: O): unknown
  /** Fails in passing: a 500, a lost connection. */
  fail?(outside: O): unknown
  /** Asks us to come later. */
  throttle?(outside: O): unknown
  /** Takes requests and does not answer. */
  hang?(outside: O): unknown
  /** Ends what was switched on. */
  heal?(outside: O): unknown
}

/** A configuration that must be refused: the valid one with this value under this key. */
export interface WrongKey {
  /** With dots: `secret.access_key_id`. */
  readonly key: string
  /** `undefined` leaves the key out. */
  readonly value: unknown
}

/** What is told of a connector, whether it reads or writes. */
export interface Spec<O extends Outside> {
  /** A valid configuration, as the file would have it: secrets are text. */
  readonly config?: Readonly<Record<string, unknown>>
  readonly invalid?: readonly WrongKey[]
  /** Stands up an outside system, the same each time. Called anew for each trial, and closed after it. */
  outside?(): O | Promise<O>
  readonly faults?: Faults<O>
  /** The instant at which the clock starts; `2024-05-15T12:00:00Z` if left out. */
  readonly now?: string
  /** Decides what is left to chance; 1 if left out. A failure names it. */
  readonly seed?: number
  /** The test runner; the global `describe` and `test` if left out. */
  readonly runner?: Runner
}

/** Where a source listens, on `127.0.0.1`. Read it for each request: after a restart it is another. */
export interface Address {
  readonly port: number
}
