import { type CloudEvent, isRawNumber } from '@billow/core'

type Plain = (event: CloudEvent) => CloudEvent

/**
 * An outside system is stood up anew for each trial, so its address changes: in events it is replaced by the name of
 * the key that it stands under. So events of two trials can be compared.
 */
export function withoutAddress(config: Readonly<Record<string, unknown>> = {}): Plain {
  const texts = Object.entries(config).filter((entry): entry is [string, string] => isAddress(entry[1]))
  const replace = (value: unknown): unknown => {
    if (typeof value === 'string') return texts.reduce((text, [key, at]) => text.replaceAll(at, key), value)
    if (Array.isArray(value)) return value.map(replace)
    if (typeof value !== 'object' || value === null || isRawNumber(value)) return value
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, replace(member)]))
  }
  return event => replace(event) as CloudEvent
}

/** A host with its port, a URL, a path: nothing that an event says by chance. */
function isAddress(value: unknown): boolean {
  return typeof value === 'string' && value.length > 8 && /[:/]/.test(value)
}
