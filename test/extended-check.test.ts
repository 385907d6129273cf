import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { newPipelinePlace, NUMBERS, type PipelinePlace } from './support/pipeline.ts'

let place: PipelinePlace
beforeEach(() => {
  place = newPipelinePlace()
})
afterEach(() => place.end())

test("a connector's own `check` runs for the name, with its options, also at the end of a pair", async () => {
  const sink = place.file(
    'sink.mjs',
    `export default {
  name: 'sink-compares',
  config: { type: 'object' },
  check: async () => ['seen'],
  open: async () => ({ write: async () => undefined }),
  commands: { check: {
    summary: 'With --month, compare a month',
    options: { month: { type: 'string', value: 'MONTH', summary: 'The month to compare' } },
    run: async ({ options, terminal }) => void terminal.print('compared ' + options.month),
  } },
}
`,
  )
  const numbers = place.file('numbers.mjs', NUMBERS)
  place.file(
    'pipeline.yml',
    `connectors:
  - { name: pair, source: ${numbers}, config: { count: 1 }, sink: { package: ${sink}, config: {} } }
  - { name: plain, source: ${numbers}, config: { count: 1 }, target: { url: http://127.0.0.1:9 } }
`,
  )
  const check = (...words: string[]) => place.command('check', ...words)
  expect(await check('pipeline.yml', 'pair', '--month', '2024-08')).toMatchObject({
    code: 0,
    stdout: 'compared 2024-08\n',
  })
  expect((await check('--json', 'pipeline.yml', 'pair', '--month', '2024-08')).stdout).toBe(
    'compared 2024-08\n',
  )
  expect((await check('pipeline.yml', 'pair')).stdout).toContain('ok      sink-compares: seen\n')
  expect((await check('pipeline.yml', 'pair', '--help')).stdout).toMatch(
    /--month MONTH +The month to compare/,
  )
  expect((await check('--help')).stdout).not.toContain('--month')
  for (const [words, said] of [
    [['pipeline.yml', '--month', '2024-08'], 'check: name a connector: billow check pipeline.yml NAME'],
    [['pipeline.yml', 'plain', '--month', '2024-08'], 'check: no option --month; the options are --config'],
    [['pipeline.yml', 'other', '--month', '2024-08'], 'check: no connector "other" in pipeline.yml'],
  ] as const) {
    expect(await check(...words)).toMatchObject({ code: 64, stderr: expect.stringContaining(said) })
  }
  place.file('broken.yml', 'connectors: 7')
  expect((await check('broken.yml', '--bogus')).code).toBe(64)
  expect((await check('broken.yml')).code).toBe(78)
})
