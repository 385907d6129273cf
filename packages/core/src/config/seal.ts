import { branch, extraSchema, itemOf, type Schema } from './schema.ts'
import { Secret } from './secret.ts'

/** A frozen copy of judged values with every secret wrapped. Adds the secrets' texts, and passwords in URLs, to `secrets`. */
export function sealValues(value: unknown, schema: Schema | undefined, secrets: Set<string>): unknown {
  if (Array.isArray(value)) {
    const list = branch(schema, 'array')
    return Object.freeze(value.map((item, index) => sealValues(item, list && itemOf(list, index), secrets)))
  }
  if (typeof value === 'object' && value !== null) {
    const mapping = branch(schema, 'object')
    const entries = Object.entries(value).map(([key, child]) => {
      const childSchema = mapping?.properties?.[key] ?? (mapping && extraSchema(mapping, key))
      return [key, sealValues(child, childSchema || undefined, secrets)]
    })
    return Object.freeze(Object.fromEntries(entries))
  }
  const leaf = branch(schema, 'scalar')
  if (typeof value !== 'string') return value
  if (leaf?.secret) {
    secrets.add(value)
    addPassword(value, secrets)
    return Object.freeze(new Secret(value))
  }
  if (leaf?.format === 'http-url' || leaf?.format === 'host-or-url') addPassword(value, secrets)
  return value
}

function addPassword(text: string, secrets: Set<string>): void {
  const password = URL.canParse(text) ? new URL(text).password : ''
  if (!password) return
  secrets.add(password)
  try {
    secrets.add(decodeURIComponent(password))
  } catch {
    // A lone % in it: it is only ever written as it stands.
  }
}
