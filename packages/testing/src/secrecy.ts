import { createRedactor, describeError } from '@billow/core'

/** All that a connector says, searched for secrets in every spelling that the redactor knows. */
export interface Secrecy {
  /** Adds something that was said: text, an error, an event, lines. */
  heard(where: string, said: unknown): void
  /** Throws where one was said, without repeating it. */
  prove(): void
}

export function createSecrecy(secrets: readonly string[]): Secrecy {
  const redact = createRedactor(secrets)
  const leaks = new Set<string>()
  return {
    heard(where, said) {
      const text =
        said instanceof Error ? describeError(said) : typeof said === 'string' ? said : JSON.stringify(said)
      if (text !== undefined && redact(text) !== text) leaks.add(`${where}: ${redact(text).slice(0, 300)}`)
    },
    prove() {
      if (leaks.size > 0)
        throw new Error(`a secret of the configuration was said in ${[...leaks].join('; ')}`)
    },
  }
}
