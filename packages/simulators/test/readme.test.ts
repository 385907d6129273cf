import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { runExample } from '../../../test/support/readme.ts'
import { alicloudSwitches } from '../src/alicloud/faults.ts'
import { awsSwitches } from '../src/aws/faults.ts'

const folder = join(import.meta.dirname, '..')
const readme = await readFile(join(folder, 'README.md'), 'utf8')

test('the example prints what the README says', async () => {
  const { printed, told } = await runExample(folder)
  expect(printed).toBe(told)
})

test('the table names every switch, what it takes and where it is', () => {
  const rows = [
    ...readme.matchAll(/^\| `(\w+)` *\| (times|number|flag|text) *\| (both|AWS|Alibaba Cloud) *\|/gm),
  ]
  const at = (where: string) =>
    Object.fromEntries(rows.filter(row => row[3] === 'both' || row[3] === where).map(row => [row[1], row[2]]))
  expect(at('AWS')).toEqual(awsSwitches)
  expect(at('Alibaba Cloud')).toEqual(alicloudSwitches)
})
