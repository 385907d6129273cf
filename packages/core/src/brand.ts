/**
 * Makes `instanceof` hold for what another copy of this package made too, such as the one that a connector brings
 * with it. The name is given and not the class's own, which a bundler may change.
 */
export function brand(own: abstract new (...args: never[]) => object, name: string): void {
  const mark = Symbol.for(`billow.${name}`)
  Object.defineProperty(own.prototype, mark, { value: true })
  Object.defineProperty(own, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      // A class that extends this one inherits the question, not the name.
      if (this !== own) return Function.prototype[Symbol.hasInstance].call(this, value)
      return typeof value === 'object' && value !== null && mark in value
    },
  })
}
