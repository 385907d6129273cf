/** Reads of a connector's keys. Keys are text in code point order; values are text, usually JSON. */
export interface StateReader {
  get(key: string): Promise<string | undefined>
  /** Keys that start with `prefix`, in order, as a stream. `after` leaves out that key and those before it. */
  scan(
    prefix: string,
    options?: { readonly after?: string },
  ): AsyncIterable<readonly [key: string, value: string]>
}

export interface StateWriter extends StateReader {
  set(key: string, value: string): Promise<void>
  delete(key: string): Promise<void>
}

/** A connector's durable keys. Every call resolves when it is on the disk. */
export interface State extends StateWriter {
  /** Where the keys are, for messages: a file or a server, without secrets. */
  readonly place: string
  /** All of the writes or none. Await nothing in `work` but `keys`: other writers wait meanwhile. */
  transaction<T>(work: (keys: StateWriter) => Promise<T>): Promise<T>
}

/**
 * The right to work on a connector: one process at a time has it. Every write through its state checks that it still
 * does, in the same transaction.
 */
export interface Lease {
  /** The connector's keys; a write throws `LeaseLost` once somebody else has taken over. */
  readonly state: State
  /** Aborts when the lease is lost or given back, with a `LeaseLost` as the reason. */
  readonly lost: AbortSignal
  /** Gives it back, so that another process can have it at once. */
  release(): Promise<void>
}

/** Where states live: one of it in a process, shared by its connectors. */
export interface StateStore {
  /** The keys of one connector, whoever works on it: to read them, and for writes that are right beside that work. */
  open(connector: string): State
  /**
   * Takes the connector's lease, if nobody has it.
   * @throws LeaseHeld that names who has it.
   */
  acquire(connector: string): Promise<Lease>
  close(): Promise<void>
}
