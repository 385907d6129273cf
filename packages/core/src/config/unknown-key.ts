import type { Schema } from './schema.ts'
import { nearestKey } from './suggest.ts'
import { listed, showableName } from './wording.ts'

/** What to say of a key that the schema does not have, without showing what may be a secret pasted in the wrong place. */
export function unknownKey(options: {
  readonly root: Schema
  /** The mapping that the key stands in. */
  readonly schema: Schema
  readonly path: readonly string[]
  /** The mapping's own key in messages; empty at the top. */
  readonly parent: string
  readonly name: string
  /** The mapping holds secrets: only a name that is nearly right is shown. */
  readonly hidden: boolean
}): { readonly text: string; readonly meant: string | undefined } {
  const { root, schema, path, parent, name, hidden } = options
  const meant = nearestKey(root, path, name)
  const shown = meant !== undefined || (!hidden && name !== '' && showableName(name))
  const label = [parent, shown ? name : ''].filter(Boolean).join('.')
  const what = shown ? 'unknown key' : 'unknown key (not shown, it may hold a secret)'
  const instead = meant === undefined ? allowedKeys(schema) : `did you mean ${meant}?`
  return { text: `${label ? `${label}: ` : ''}${what}, ${instead}`, meant }
}

function allowedKeys({ properties = {}, patternProperties = {}, description }: Schema): string {
  const names = Object.keys(properties)
  if (names.length) return `allowed ${names.length === 1 ? 'is' : 'are'} ${listed(names, 'and')}`
  const patterns = Object.keys(patternProperties)
  if (!patterns.length) return 'allowed is none'
  return description
    ? `allowed are these: ${description}`
    : `allowed are names that match ${listed(patterns, 'or')}`
}
