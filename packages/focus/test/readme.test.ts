import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { firstExample } from '../../../test/support/readme.ts'

test('the example prints what the README says', async () => {
  const { printed, told } = await firstExample(join(import.meta.dirname, '..'))
  expect(printed).toBe(told)
})
