import { expect, test } from '@jest/globals'
import { Type } from 'typebox'
import type { Source } from '../../src/connector.ts'
import { programIn } from './program.ts'

const source: Source = {
  name: 'source-test',
  config: Type.Object({}),
  order: 'ordered',
  async *read() {
    yield { events: [] }
  },
  check: async () => ['seen'],
  commands: {
    check: {
      summary: 'With --month, compare a month',
      options: {
        month: { type: 'string', value: 'MONTH', summary: 'The month to compare' },
        json: { type: 'boolean', summary: 'Never shown, since it is common' },
      },
      async run({ options, terminal }) {
        terminal.print(`compared ${options['month']}, ${options['json'] ? 'as JSON' : 'as text'}`)
        return 3
      },
    },
    // A connector cannot take these.
    run: { summary: 'Never', options: { never: { type: 'boolean', summary: '' } }, run: async () => 9 },
    schema: { summary: 'Never', options: { never: { type: 'boolean', summary: '' } }, run: async () => 9 },
  },
}

const { command, configure } = programIn(source)
configure('target: http://127.0.0.1:9\n')

test("a connector's own check runs where one of its options is given, else the common one", async () => {
  expect(await command('check', '--month', '2024-08')).toMatchObject({
    code: 3,
    stdout: 'compared 2024-08, as text\n',
  })
  expect((await command('check', '--json', '--month=2024-08')).stdout).toBe('compared 2024-08, as JSON\n')
  const common = await command('check')
  expect(common.stdout).toContain('ok      source-test: seen\n')
  expect(common.stdout).not.toContain('compared')
  expect(JSON.parse((await command('check', '--json')).stdout).checks).toBeInstanceOf(Array)
})

test('help and errors know its options', async () => {
  const { stdout } = await command('check', '--help')
  expect(stdout).toContain('permission and target, and say what to do; With --month, compare a month\n')
  expect(stdout).toMatch(/--month MONTH +The month to compare\n/)
  expect(stdout).toMatch(/--json +Print JSON\n/)
  expect(await command('check', '--moth', '2024-08')).toMatchObject({
    code: 64,
    stderr: expect.stringContaining('did you mean --month?'),
  })
  expect(await command('check', '--month')).toMatchObject({
    code: 64,
    stderr: expect.stringContaining('check: --month needs a value: --month MONTH'),
  })
})

test('run and schema are the same everywhere', async () => {
  expect(await command('schema', '--never')).toMatchObject({ code: 64 })
  expect((await command('schema')).code).toBe(0)
  expect((await command('--help')).stdout).toMatch(/run +Connect and stay \(the default\)\n/)
})
