import type { Attributes } from '@opentelemetry/api'

/** A label of few values: each is one frozen object for ever, which a meter knows without a look inside. */
export function label(name: string): (value: string) => Attributes {
  const known = new Map<string, Attributes>()
  return value => {
    const found = known.get(value)
    if (found) return found
    const attributes = Object.freeze({ [name]: value })
    known.set(value, attributes)
    return attributes
  }
}
