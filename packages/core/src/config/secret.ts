import { inspect } from 'node:util'
import { Type } from 'typebox'

const HIDDEN = '***'
const values = new WeakMap<Secret, string>()

/** A text that cannot be printed by accident: only `reveal` gives it. */
export class Secret {
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

/** Schema of a key that holds a secret: text in the file, `Secret` in the code. `aliases` are other spellings of the key. */
export function secret(options: {
  readonly description: string
  readonly aliases?: readonly string[]
}): ReturnType<typeof Type.Unsafe<Secret>> {
  return Type.Unsafe<Secret>({ type: 'string', minLength: 1, secret: true, ...options })
}
