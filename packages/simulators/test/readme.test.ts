import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { startCloudzeroSimulator } from '@billow/simulators'
import { runExample } from '../../../test/support/readme.ts'
import { alicloudSwitches } from '../src/alicloud/faults.ts'
import { awsSwitches } from '../src/aws/faults.ts'
import { cloudzeroSwitches } from '../src/cloudzero/faults.ts'

const folder = join(import.meta.dirname, '..')
const readme = await readFile(join(folder, 'README.md'), 'utf8')

test('the example prints what the README says', async () => {
  const { printed, told } = await runExample(folder)
  expect(printed).toBe(told)
})

test('the table names every switch, what it takes and where it is', () => {
  const rows = [...readme.matchAll(/^\| `(\w+)` *\| (times|number|flag|text) *\| ([A-Za-z, ]+?) *\|/gm)]
  const at = (where: string) =>
    Object.fromEntries(
      rows
        .filter(([, , , places = '']) => places === 'all' || places.split(', ').includes(where))
        .map(([, name, kind]) => [name, kind]),
    )
  expect(at('AWS')).toEqual(awsSwitches)
  expect(at('Alibaba')).toEqual(alicloudSwitches)
  expect(at('CloudZero')).toEqual(cloudzeroSwitches)
})

test('the examples for CloudZero are taken as they stand', async () => {
  const double = await startCloudzeroSimulator()
  const [, lines = ''] = /```sh\n(curl -H [^`]*)```/.exec(readme) ?? []
  const script = lines.replaceAll('http://127.0.0.1:4530', double.url)
  const { stdout } = await promisify(execFile)('sh', ['-ec', script.replaceAll(/^curl /gm, 'curl -sS ')])
  expect(stdout).toContain('"row_count":1')
  expect(stdout).toContain('"totals":[{"day":"2024-08-16","service":"Compute","amount":"12","rows":1}]')
  await double.close()
})
