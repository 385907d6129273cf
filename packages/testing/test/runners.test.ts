import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Case, register, sinkCases, sourceCases } from '@billow/testing'
import { describe, expect, test } from '@jest/globals'
import { toySinkSpec } from './toy-sink.ts'
import { toySpec } from './toy-source.ts'

describe('a runner', () => {
  test('may be that of Node', async () => {
    const file = join(import.meta.dirname, 'node-runner.ts')
    const node = ['--conditions=billow-source', '--test', '--test-reporter=tap', file]
    const env = { PATH: process.env['PATH'] }
    const { stdout } = await promisify(execFile)(process.execPath, node, { env })
    const count = (what: string): number => Number(new RegExp(`^# ${what} (\\d+)$`, 'm').exec(stdout)?.[1])
    const cases = [...sourceCases(toySpec()), ...sinkCases({ ...toySinkSpec(), refuses: undefined as never })]
    const skipped = cases.filter(({ skip }) => skip !== undefined)
    expect(skipped.map(({ skip }) => skip)).toEqual([
      'without refuses',
      'without refuses',
      'without faults.fail and faults.heal, and refuses',
    ])
    expect([count('pass'), count('skipped'), count('fail')]).toEqual([
      cases.length - skipped.length,
      skipped.length,
      0,
    ])
  })

  test('is asked for where there is none', () => {
    const names: string[] = []
    const runner = {
      describe: (name: string, body: () => void) => {
        names.push(name)
        body()
      },
      test: Object.assign((name: string) => void names.push(name), {
        skip: (name: string) => void names.push(`skipped: ${name}`),
      }),
    }
    const run = async (): Promise<void> => undefined
    const cases: Case[] = [
      { name: 'a', run },
      { name: 'b', run, skip: 'without c' },
    ]
    register('rules', cases, runner)
    expect(names).toEqual(['rules', 'a', 'skipped: b (without c)'])
    expect(() => register('rules', cases, { ...runner, describe: undefined as never })).toThrow(
      'runner: { describe, test }',
    )
  })
})
