import type { AnyConnector } from '@billow/core'
import { nearest } from '@billow/core/program'
import { type Found, findConnector, type Place, showable } from './find.ts'
import { candidates } from './installed.ts'
import type { Outline } from './outline.ts'
import type { Halves } from './schema.ts'

/** Something wrong that no schema can say: where, by JSON pointer, and what. */
export interface Fault {
  readonly pointer: string
  readonly text: string
}

/** An entry with its connectors loaded. */
export interface Entry {
  readonly outline: Outline
  readonly halves: Halves
  readonly faults: readonly Fault[]
}

type Role = 'source' | 'sink' | 'processor'

/** Loads what the entries of a file name, each package once. */
export async function resolveEntries(outlines: readonly Outline[], place: Place): Promise<readonly Entry[]> {
  const loads = new Map<string, Promise<Found>>()
  const load = (name: string): Promise<Found> => {
    const loading = loads.get(name) ?? findConnector(name, place)
    loads.set(name, loading)
    return loading
  }
  return Promise.all(outlines.map((outline, index) => resolveEntry(outline, index, { ...place, load })))
}

interface Loading extends Place {
  readonly load: (name: string) => Promise<Found>
}

async function resolveEntry(outline: Outline, index: number, place: Loading): Promise<Entry> {
  const faults: Fault[] = []
  const half = async (role: Role): Promise<AnyConnector | undefined> => {
    const name = outline[role]
    if (name === undefined) return undefined
    const found = await place.load(name)
    const problem = 'problem' in found ? problemOf(name, found, place) : wrongRole(found.connector, role)
    if (problem === undefined && 'connector' in found) return found.connector
    faults.push({ pointer: `/connectors/${index}/${role}`, text: `found ${shown(name)}, ${problem}` })
    return undefined
  }
  const kind = kindOf(outline)
  if (kind === 'unknown') {
    faults.push({
      pointer: `/connectors/${index}`,
      text: 'found no connector; allowed is source, sink or processor, with the name of a package',
    })
    return { outline, halves: { kind }, faults }
  }
  const own = await half(kind === 'pair' ? 'source' : kind)
  const other = kind === 'pair' ? await half('sink') : undefined
  return { outline, halves: { kind, own, other }, faults }
}

export function kindOf({ source, sink, processor }: Outline): Halves['kind'] {
  if (processor !== undefined) return 'processor'
  if (source !== undefined) return sink === undefined ? 'source' : 'pair'
  return sink === undefined ? 'unknown' : 'sink'
}

function problemOf(name: string, found: Extract<Found, { problem: string }>, place: Place): string {
  const near =
    found.missing &&
    nearest(
      name,
      candidates(place).map(({ name }) => name),
    )
  return near ? `${found.problem}; did you mean ${near}?` : found.problem
}

function wrongRole(connector: AnyConnector, role: Role): string | undefined {
  const [reads, writes] = ['read' in connector, 'open' in connector]
  if (role === 'processor' ? reads && writes : role === 'source' ? reads : writes) return undefined
  const is = reads && writes ? 'processor' : reads ? 'source' : 'sink'
  return `which is a ${is}; write \`${is}:\``
}

const shown = (name: string): string => (showable(name) ? `"${name}"` : 'a text')
