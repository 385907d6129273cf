import { inspect } from 'node:util'
import { Type } from 'typebox'
import { brand } from '../brand.ts'

export const HIDDEN = '***'
const values = new WeakMap<Secret, string>()

/** A text that cannot be printed by accident: only `reveal` gives it. */
export class Secret {
  static {
    brand(this, 'Secret')
  }

  constructor(value: string) {
    values.set(this, value)
  }

  reveal(): string {
    return values.get(this) ?? ''
  }

  toString(): string {
    return HIDDEN
  }

  toJSON(): string {
    return HIDDEN
  }

  [inspect.custom](): string {
    return HIDDEN
  }
}

/** Whether a text is one of a configuration's secrets. */
export function isSecretOf(config: unknown, text: string): boolean {
  if (config instanceof Secret) return config.reveal() === text
  if (typeof config !== 'object' || config === null) return false
  return Object.values(config).some(member => isSecretOf(member, text))
}

/** Schema of a key that holds a secret: text in the file, `Secret` in the code. `aliases` are other spellings of the key. */
export function secret(options: {
  readonly description: string
  readonly aliases?: readonly string[]
}): ReturnType<typeof Type.Unsafe<Secret>> {
  return Type.Unsafe<Secret>({ type: 'string', minLength: 1, secret: true, ...options })
}
