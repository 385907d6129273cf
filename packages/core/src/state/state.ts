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

/** Where states live: one of it in a process, shared by its connectors. */
export interface StateStore {
  /** The keys of one connector. */
  open(connector: string): State
  close(): Promise<void>
}
