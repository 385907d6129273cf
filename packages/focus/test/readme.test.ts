import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { runExample } from '../../../test/support/readme.ts'

test.each([1, 2, 3])('example %i prints what the README says', async number => {
  const { printed, told } = await runExample(join(import.meta.dirname, '..'), number)
  expect(printed).toBe(told)
})
