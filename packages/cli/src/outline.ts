import { parseDocument } from 'yaml'

/** What an entry of a pipeline file is about, as far as it can be seen before its connectors are known. */
export interface Outline {
  readonly name: string | undefined
  readonly source: string | undefined
  readonly sink: string | undefined
  readonly processor: string | undefined
}

/** The entries under `connectors`. What is wrong with the file is said by those who read it whole. */
export function outlineOf(text: string): readonly Outline[] {
  const { connectors } = record(parsed(text))
  if (!Array.isArray(connectors)) return []
  return connectors.map(entry => {
    const { name, source, sink, processor } = record(entry)
    return {
      name: word(name),
      source: word(source),
      sink: word(sink) ?? word(record(sink)['package']),
      processor: word(processor),
    }
  })
}

function parsed(text: string): unknown {
  try {
    return parseDocument(text, { logLevel: 'silent', uniqueKeys: false }).toJS()
  } catch {
    return undefined
  }
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

const word = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
