/** One rule that a connector keeps, as a test of any runner. */
export interface Case {
  readonly name: string
  /** Rejects with what is wrong. */
  run(): Promise<void>
  /** Why it cannot be tried: what would have to be given. */
  readonly skip?: string
}

/** What is used of a test runner: `node:test`, jest and vitest have it. */
export interface Runner {
  describe(name: string, body: () => void): unknown
  readonly test: {
    (name: string, body: () => Promise<void>): unknown
    skip(name: string, body: () => Promise<void>): unknown
  }
}

/** Makes each case a test. Without a runner the global `describe` and `test` are taken. */
export function register(name: string, cases: readonly Case[], runner: Partial<Runner> = {}): void {
  const { describe, test } = { ...(globalThis as unknown as Partial<Runner>), ...runner }
  if (!describe || !test) {
    throw new TypeError(
      "there is no global describe and test: give your runner's, as runner: { describe, test }",
    )
  }
  describe(name, () => {
    for (const { name, run, skip } of cases) {
      if (skip === undefined) test(name, run)
      else test.skip(`${name} (${skip})`, run)
    }
  })
}

/** A rule that can be tried only where something was given. */
export function caseWith<T>(
  name: string,
  given: { readonly what: string; readonly value: T | undefined },
  run: (value: T) => Promise<void>,
): Case {
  const { what, value } = given
  if (value === undefined) return { name, run: async () => undefined, skip: `without ${what}` }
  return { name, run: () => run(value) }
}
