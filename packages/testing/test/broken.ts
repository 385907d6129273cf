import type { Case } from '@billow/testing'
import { afterAll, expect, test } from '@jest/globals'

/** A connector that breaks a rule, and the rules that must find it. */
export interface Broken<Spec> {
  readonly what: string
  readonly spec: () => Spec
  /** Beginnings of the names of all cases that fail. */
  readonly fails: readonly string[]
  /** Those that fail by chance. */
  readonly mayFail?: readonly string[]
}

const leftTimers: NodeJS.Timeout[] = []

/** Leaves more timers than the test runner may end meanwhile; they end with the tests. */
export function leaveTimers(): void {
  for (let count = 0; count < 10; count += 1) leftTimers.push(setInterval(() => undefined, 1000))
}

const beginsWithOneOf = (beginnings: readonly string[], name: string): boolean =>
  beginnings.some(beginning => name.startsWith(beginning))

/** They look at the whole process, so that nothing may run beside them. */
const ALONE = ['handles', 'memory: an event']

/** The names of the cases that fail; the others run side by side. */
async function failuresOf(cases: readonly Case[]): Promise<string[]> {
  const failed: string[] = []
  const attempt = ({ name, run }: Case): Promise<unknown> => run().catch(() => failed.push(name))
  const alone = cases.filter(({ name }) => beginsWithOneOf(ALONE, name))
  await Promise.all(cases.filter(one => !alone.includes(one)).map(attempt))
  for (const one of alone) await attempt(one)
  return failed.toSorted()
}

/** Tests that every broken connector is found by the rules that it breaks and by no other, and that each rule finds one. */
export function testRules<Spec>(
  good: Spec,
  broken: readonly Broken<Spec>[],
  casesOf: (spec: Spec) => readonly Case[],
  foundElsewhere: readonly string[] = [],
): void {
  const cases = casesOf(good)
  const names = cases.map(({ name }) => name).toSorted()
  afterAll(() => leftTimers.forEach(clearInterval))

  test('hold for one that keeps them', async () => {
    expect(cases.filter(({ skip }) => skip)).toEqual([])
    expect(await failuresOf(cases)).toEqual([])
  })

  test.each(broken.map(one => [one.what, one] as const))(
    'find one that %s',
    async (_, { spec, fails, mayFail = [] }) => {
      // Those that take long are tried where they must fail.
      const tried = casesOf(spec()).filter(
        ({ name }) =>
          !beginsWithOneOf(mayFail, name) && (!beginsWithOneOf(ALONE, name) || beginsWithOneOf(fails, name)),
      )
      expect(await failuresOf(tried)).toEqual(names.filter(name => beginsWithOneOf(fails, name)))
    },
  )

  test.each(names.filter(name => !beginsWithOneOf(foundElsewhere, name)))('"%s" can fail', name => {
    expect(broken.filter(({ fails }) => beginsWithOneOf(fails, name))).not.toEqual([])
  })
}
