import { brand } from './brand.ts'

/** Who waits for a lease asks this often. */
const ASK_AGAIN_MS = 1000

/** Base of the errors that say what the runtime does next. Messages are for users: one line, no secret. */
export class BillowError extends Error {
  static {
    brand(this, 'BillowError')
  }

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
  }
}

/** The configuration is wrong. The connector stops; the process ends with 78. */
export class ConfigError extends BillowError {
  static {
    brand(this, 'ConfigError')
  }

  /** One `file:line:column: key: what was found, what is allowed` each. */
  readonly faults: readonly string[]

  constructor(faults: string | readonly string[]) {
    const list = typeof faults === 'string' ? [faults] : faults
    super(list.join('\n'))
    this.faults = list
  }
}

/** We may not: credentials or permissions. The message says what is missing. Tried again slowly; no event is blamed. */
export class AuthError extends BillowError {
  static {
    brand(this, 'AuthError')
  }
}

/** Something out there failed and may work later. Tried again with growing waits. */
export class Retryable extends BillowError {
  static {
    brand(this, 'Retryable')
  }

  /** Milliseconds that the other side asked us to wait at the least. */
  readonly retryAfterMs: number | undefined

  constructor(message: string, options?: ErrorOptions & { retryAfterMs?: number | undefined }) {
    super(message, options)
    this.retryAfterMs = options?.retryAfterMs
  }
}

/** We were too fast. The runtime waits as told, then goes on. */
export class Throttled extends Retryable {
  static {
    brand(this, 'Throttled')
  }
}

/** The other side will never take this. The event is kept with the reason; the others go on. */
export class Refused extends BillowError {
  static {
    brand(this, 'Refused')
  }

  readonly status: number | undefined

  constructor(message: string, options?: ErrorOptions & { status?: number }) {
    super(message, options)
    this.status = options?.status
  }
}

/** The state cannot be read or written: a full disk, a lock, a server that is down. What is tried next meets it too. */
export class StateError extends Retryable {
  static {
    brand(this, 'StateError')
  }

  constructor(what: string, cause: unknown) {
    super(`${what}: ${describeError(cause)}`, { cause })
  }
}

/** Another process works on this connector. `run` stands by and takes over when it can; a command ends with 75. */
export class LeaseHeld extends Retryable {
  static {
    brand(this, 'LeaseHeld')
  }

  constructor(connector: string, holder: string) {
    super(`${connector} is at work elsewhere (${holder}); stop that first, or wait until it ends`, {
      retryAfterMs: ASK_AGAIN_MS,
    })
  }
}

/** Another process has taken this connector over. What is under way is abandoned and nothing of it is committed. */
export class LeaseLost extends Retryable {
  static {
    brand(this, 'LeaseLost')
  }
}

/** The target is gone for good (410). Nothing is sent to it until a restart or a new configuration. */
export class Gone extends BillowError {
  static {
    brand(this, 'Gone')
  }
}

/** The command line is wrong. The process ends with 64. */
export class UsageError extends BillowError {
  static {
    brand(this, 'UsageError')
  }
}

/** One line for a log or a user: the message, with that of its cause where this adds something. */
export function describeError(error: unknown): string {
  // Not `instanceof`: an error may come from another realm, such as a worker's.
  const { name, message, cause, errors } = Object(error) as Partial<AggregateError>
  if (typeof message !== 'string') return String(error)
  const parts = message ? [message] : (errors ?? []).map(describeError)
  const because = cause === undefined ? '' : describeError(cause)
  if (because && !message.includes(because)) parts.push(because)
  return (parts.join(': ') || name || 'unknown').replaceAll(/\s*\n\s*/g, ' ')
}

export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(describeError(error), { cause: error })
}
