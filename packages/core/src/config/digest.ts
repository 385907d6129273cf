import { createHash } from 'node:crypto'
import { Secret } from './secret.ts'

/** Equal where configurations are: also of secrets, which it does not give away. */
export function digestOf(config: unknown): string {
  const text = JSON.stringify(config, function (this: Record<string, unknown>, key, value: unknown) {
    // `value` is what the secret's own toJSON made of it.
    const found = this[key]
    return found instanceof Secret ? { secret: found.reveal() } : value
  })
  return createHash('sha256').update(text).digest('hex')
}
