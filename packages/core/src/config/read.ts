import { isMap, isScalar, isSeq, type ParsedNode, type Scalar, type YAMLMap } from 'yaml'
import { convert } from './convert.ts'
import { interpolate, type Surroundings } from './interpolate.ts'
import { pointerOf, pointerTo, type Reading } from './reading.ts'
import {
  branch,
  choicesOf,
  extraSchema,
  hasSecretKey,
  holdsSecret,
  itemOf,
  isSecret,
  propertyOf,
  type Schema,
  scalarTypes,
} from './schema.ts'
import { unknownKey } from './unknown-key.ts'
import { found, showableName } from './wording.ts'
import type { YamlText } from './yaml.ts'

/** A shorter part of a secret says nothing, and would blank other text. */
const SHORTEST_PART = 8

interface Source {
  readonly reading: Reading
  readonly yaml: YamlText
  readonly surroundings: Surroundings
  /** Pointers of what a variable sets: there the file's value does not count. */
  readonly overridden: ReadonlySet<string>
}

/** Where in the configuration a value stands. */
interface Spot {
  readonly pointer: string
  /** From `top` on. */
  readonly path: readonly string[]
  /** Where unknown keys are looked for: the file, or the item of a list. */
  readonly top: { readonly schema: Schema; readonly pointer: string }
  readonly label: string
  readonly keyOffset: number
  /** Nothing here and below may be shown. */
  readonly hidden: boolean
}

/**
 * Reads a parsed file along the schema into plain values, with `${…}` replaced and aliases under the name of their key.
 * Unknown keys, keys given twice and references without a value become faults; the values are judged later.
 */
export function readTree(source: Source): Record<string, unknown> {
  const { root } = source.yaml
  const schema = source.reading.root
  const top = { schema, pointer: '' }
  const spot: Spot = { pointer: '', path: [], top, label: '', keyOffset: 0, hidden: false }
  return root ? readMapping(source, root, schema, spot) : {}
}

function readNode(source: Source, node: ParsedNode | null, schema: Schema | undefined, spot: Spot): unknown {
  const { reading, yaml } = source
  const fitting = branch(schema, isMap(node) ? 'object' : isSeq(node) ? 'array' : 'scalar')
  const hidden = spot.hidden || (schema !== undefined && holdsSecret(schema))
  const offset = node?.range[0] ?? spot.keyOffset
  const keep = (value: unknown, written?: string, from = '', hint = '') => {
    reading.places.set(spot.pointer, {
      at: yaml.locate(offset),
      offset,
      keyAt: yaml.locate(spot.keyOffset),
      keyOffset: spot.keyOffset,
      label: spot.label,
      found: found(isSeq(node) ? node.items : value, { schema: fitting ?? schema, hidden, written }) + from,
      hidden,
      hint,
    })
    return value
  }
  const short = schema?.short
  if (short !== undefined && isScalar(node) && node.value !== null) {
    keep({})
    const value = readNode(source, node, schema?.properties?.[short], {
      ...spot,
      pointer: pointerTo(spot.pointer, short),
      path: [...spot.path, short],
    })
    return value === undefined ? {} : { [short]: value }
  }
  // What cannot be read along the schema is kept empty: its type is wrong, whatever is in it.
  if (isMap(node)) return keep(schema && !fitting ? {} : readMapping(source, node, fitting, spot))
  if (isSeq(node)) return keep(schema && !fitting ? [] : readList(source, node.items, fitting, spot))
  if (!isScalar(node) || typeof node.value !== 'string') {
    const value = isScalar(node) ? node.value : null
    const quotes =
      value !== null &&
      fitting &&
      !choicesOf(fitting) &&
      scalarTypes(fitting).every(type => type === 'string')
    return keep(value, isScalar(node) ? node.source : undefined, '', quotes ? '; write it in quotes' : '')
  }
  const { text, references, problems } = interpolate(node.value, source.surroundings)
  if (problems.length) {
    reading.faults.push(
      ...problems.map(what => ({ offset, line: `${yaml.locate(offset)}: ${spot.label}: ${what}` })),
    )
    reading.broken.add(spot.pointer)
    return undefined
  }
  if (fitting && isSecret(fitting)) {
    for (const { value } of references) if (value.length >= SHORTEST_PART) reading.secrets.add(value)
  }
  if (references.length)
    return keep(convert(text, fitting), undefined, ` from ${references.map(r => r.shown).join(' and ')}`)
  return keep(text, undefined, '', convert(text, fitting) === text ? '' : '; write it without quotes')
}

function readList(
  source: Source,
  items: readonly (ParsedNode | null)[],
  schema: Schema | undefined,
  spot: Spot,
): unknown[] {
  return items.map((item, index) => {
    const pointer = `${spot.pointer}/${index}`
    const label = `${spot.label}[${index}]`
    const own = schema && itemOf(schema, index)
    const within =
      own?.type === 'object'
        ? { top: { schema: own, pointer }, path: [] }
        : { path: [...spot.path, String(index)] }
    const keyOffset = item?.range[0] ?? spot.keyOffset
    return readNode(source, item, own, { ...spot, ...within, pointer, label, keyOffset })
  })
}

function readMapping(
  source: Source,
  node: YAMLMap.Parsed,
  schema: Schema | undefined,
  spot: Spot,
): Record<string, unknown> {
  const { reading, yaml } = source
  const inSecrets = spot.hidden || (spot.pointer !== '' && schema !== undefined && hasSecretKey(schema))
  const values: Record<string, unknown> = {}
  const seen = new Map<string, { readonly key: string; readonly offset: number }>()
  const fault = (offset: number, text: string) =>
    reading.faults.push({ offset, line: `${yaml.locate(offset)}: ${text}` })
  for (const pair of node.items) {
    const key = nameOf(pair.key)
    const offset = pair.key?.range[0] ?? node.range[0]
    const property = schema && propertyOf(schema, key)
    const child = property === undefined ? schema && extraSchema(schema, key) : schema?.properties?.[property]
    if (child === false || key === '__proto__') {
      const { text, meant } = unknownKey({
        root: spot.top.schema,
        schema: schema ?? {},
        path: spot.path,
        parent: spot.label,
        name: key,
        hidden: inSecrets,
      })
      if (meant !== undefined) reading.meant.add(spot.top.pointer + pointerOf(meant))
      fault(offset, text)
      continue
    }
    const name = property ?? key
    const shown = property !== undefined || (!inSecrets && showableName(key)) ? key : '*'
    const label = spot.label ? `${spot.label}.${shown}` : shown
    const first = seen.get(name)
    if (first) {
      const other = first.key === key ? '' : ` as ${first.key}`
      fault(
        offset,
        `${label}: found a second time, allowed is once; it stands${other} in line ${yaml.lineOf(first.offset)} already`,
      )
      continue
    }
    seen.set(name, { key, offset })
    const pointer = pointerTo(spot.pointer, name)
    if (source.overridden.has(pointer)) continue
    const path = [...spot.path, name]
    const value = readNode(source, pair.value, child, {
      top: spot.top,
      pointer,
      path,
      label,
      keyOffset: offset,
      hidden: inSecrets,
    })
    if (value !== undefined) values[name] = value
  }
  return values
}

/** The text of a key; YAML reads `8080:` and `true:` as other things. */
const nameOf = (key: ParsedNode | null): string =>
  isScalar(key) ? (typeof key.value === 'string' ? key.value : ((key as Scalar).source ?? '')) : ''
