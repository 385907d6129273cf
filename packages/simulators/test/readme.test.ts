import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { alicloudSwitches } from '../src/alicloud/faults.ts'
import { awsSwitches } from '../src/aws/faults.ts'

const folder = join(import.meta.dirname, '..')
const readme = await readFile(join(folder, 'README.md'), 'utf8')

test('the example prints what the README says', async () => {
  const [, code = ''] = /```ts\n(.*?)```/s.exec(readme) ?? []
  const [, printed] = /It prints\n\n```\n(.*?)```/s.exec(readme) ?? []
  const node = ['--input-type=module-typescript', '--conditions=billow-source', '--eval', code]
  const { stdout } = await promisify(execFile)(process.execPath, node, { cwd: folder })
  expect(stdout).toBe(printed)
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
