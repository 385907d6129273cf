import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { GUARDS } from '../scripts/guards/guards.ts'
import { checkGuard, nameOf, without } from '../scripts/guards/patch.ts'
import { ROOT } from './support/app.ts'

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')

test('each of the sixteen pains has a guard', () => {
  const numbers = new Set(GUARDS.map(({ pain }) => Number.parseInt(pain, 10)))
  expect([...numbers]).toEqual(Array.from({ length: 16 }, (_, index) => index + 1))
})

test.each(GUARDS.map(guard => [guard.pain, guard] as const))(
  'the guard against pain %s and its test are where the table says',
  (_, guard) => {
    expect(checkGuard(guard, read)).toEqual([])
    expect(without(guard, read(guard.file))).not.toBe(read(guard.file))
  },
)

test('a guard that moved, and a test that lost its number, are named', () => {
  const [guard] = GUARDS as [(typeof GUARDS)[number]]
  expect(checkGuard(guard, () => '')).toEqual([
    expect.stringContaining(`pain ${guard.pain}: its guard is 0 times in ${guard.file}`),
    expect.stringContaining(`has "${nameOf(guard.pain)}" in its name`),
  ])
})
