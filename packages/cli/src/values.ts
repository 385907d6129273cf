import type { Plan } from '@billow/core/program'
import type { Fault } from './entries.ts'

/** An entry of a pipeline file, checked. */
export interface EntryValues {
  readonly name: string
  readonly config: unknown
  readonly sink?: unknown
  readonly target?: { readonly url: string }
  readonly receiver?: { readonly port: number; readonly host?: string }
  readonly send_event_attempts: number
  readonly dead_letter?: NonNullable<Plan['links'][number]['settings']['dead_letter']>
}

export type FileValues = Plan['settings'] & {
  readonly connectors: readonly EntryValues[]
  readonly admin_port?: number
}

/** Names and ports that are given twice. The values may be wrong in any other way. */
export function clashes(values: unknown): readonly Fault[] {
  const { connectors, admin_port } = values as Partial<FileValues>
  const entries = (Array.isArray(connectors) ? connectors : []) as readonly (
    | Partial<EntryValues>
    | undefined
  )[]
  return [
    ...twice(
      entries.map((entry, index) => ({
        key: entry?.name,
        label: labelOf(index),
        pointer: `/connectors/${index}/name`,
      })),
    ).map(({ pointer, first }) => ({
      pointer,
      text: `found the name of ${first}; allowed is one that is unique in the file`,
    })),
    ...twice([
      { key: portKey({ port: admin_port }), label: 'admin_port', pointer: '/admin_port' },
      ...entries.map((entry, index) => ({
        key: portKey(listening(entry)),
        label: labelOf(index),
        pointer: `/connectors/${index}/${entry?.receiver ? 'receiver' : 'config'}/port`,
      })),
    ]).map(({ pointer, key, first }) => ({
      pointer,
      text: `found port ${key.split(' ')[0]}, which ${first} has already; allowed is a port that is unique in the file`,
    })),
  ]
}

const labelOf = (index: number): string => `connectors[${index}]`

/** Where an entry listens: by its receiver, or by a source that requests are pushed to. */
function listening(entry: Partial<EntryValues> | undefined): { port?: unknown; host?: unknown } {
  const { receiver, config } = entry ?? {}
  return receiver ?? (config as { port?: unknown; host?: unknown } | undefined) ?? {}
}

const portKey = ({ port, host }: { port?: unknown; host?: unknown }): string | undefined =>
  typeof port === 'number' && port !== 0 ? `${port}${typeof host === 'string' ? ` ${host}` : ''}` : undefined

interface Keyed {
  readonly key: string | undefined
  readonly label: string
  readonly pointer: string
}

function twice(list: readonly Keyed[]): readonly { pointer: string; key: string; first: string }[] {
  const seen = new Map<string, string>()
  return list.flatMap(({ key, label, pointer }) => {
    if (typeof key !== 'string') return []
    const first = seen.get(key)
    if (first !== undefined) return [{ pointer, key, first }]
    seen.set(key, label)
    return []
  })
}
