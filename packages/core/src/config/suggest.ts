import leven from 'leven'
import type { Schema } from './schema.ts'

/** `pullHour`, `pull-hour` and `Pull_Hour` are the same to a person. */
const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '')

const reach = (text: string) => (text.length <= 5 ? 1 : text.length <= 9 ? 2 : 3)

/** The candidate that was probably meant, or nothing when none is nearly right. */
export function nearest(text: string, candidates: readonly string[]): string | undefined {
  const word = plain(text)
  if (word.length < 2 || word.length > 80) return undefined
  const maxDistance = reach(word) + 1
  let best: string | undefined
  let distance = maxDistance
  for (const candidate of candidates) {
    const steps = leven(word, plain(candidate), { maxDistance })
    if (steps < distance) [best, distance] = [candidate, steps]
  }
  return best
}

/** The one that is spelled the same but for case and separators. */
const same = (text: string, candidates: readonly string[]) =>
  plain(text) ? candidates.find(candidate => plain(candidate) === plain(text)) : undefined

/** The key that an unknown one probably means, as a path: beside it, or elsewhere in the file. */
export function nearestKey(root: Schema, parent: readonly string[], name: string): string | undefined {
  const keys = keysOf(root)
  const beside = keys.filter(key => key.parent === parent.join('.'))
  for (const match of [same, nearest]) {
    for (const group of [beside, keys]) {
      const names = group.map(key => key.name)
      const found = match(name, names)
      if (found !== undefined) return group[names.indexOf(found)]?.path
    }
    const dotted = name.includes('.')
      ? match(
          name,
          keys.map(key => key.path),
        )
      : undefined
    if (dotted !== undefined) return dotted
  }
  return undefined
}

interface Key {
  readonly name: string
  readonly parent: string
  readonly path: string
}

const keysOf = (schema: Schema, parent = ''): readonly Key[] =>
  Object.entries(schema.properties ?? {}).flatMap(([name, value]) => {
    const path = parent ? `${parent}.${name}` : name
    const names = [name, ...(value.aliases ?? [])]
    return [...names.map(spelling => ({ name: spelling, parent, path })), ...keysOf(value, path)]
  })
