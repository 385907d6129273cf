import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Comparison } from '../bench/carry/compare.ts'
import { JOBS, type Job, QUICK } from '../bench/carry/jobs.ts'
import { type Others, runOnce, startOthers } from '../bench/carry/run.ts'
import { ROOT } from './support/app.ts'

describe('the bench', () => {
  test('carries every event once, in every job, by the floor and by Billow', () => {
    const options = ['--conditions=billow-source', 'bench/main.ts', '--quick', '--json']
    const stdout = execFileSync(process.execPath, options, {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: 'pipe',
      timeout: 200_000,
    })
    const { comparisons, codec } = JSON.parse(stdout) as { comparisons: Comparison[]; codec: unknown[] }
    const seen = comparisons.map(({ job, arms }) => [job, arms.map(({ arm, events }) => [arm, events])])
    expect(seen).toEqual([
      [
        'receive',
        [
          ['node:http and undici', 200],
          ['Billow', 200],
        ],
      ],
      [
        'forward',
        [
          ['node:http and undici', 200],
          ['Billow', 200],
        ],
      ],
      [
        'send',
        [
          ['node:http and undici', 250],
          ['Billow', 250],
          ['Billow, a daily source', 250],
        ],
      ],
      [
        'batch',
        [
          ['node:http and undici', 1050],
          ['Billow', 1050],
          ['Billow, a daily source', 263],
        ],
      ],
    ])
    expect(codec).toHaveLength(5)
  })
})

describe('a subject of the bench that does not do its job', () => {
  const place = mkdtempSync(join(tmpdir(), 'billow-bench-test-'))
  const job = JOBS.find(({ name }) => name === 'receive') as Job
  let others: Others
  beforeAll(() => {
    others = startOthers()
  })
  afterAll(async () => {
    await others.stop()
    rmSync(place, { recursive: true })
  })

  const runWith = (name: string, code: string): Promise<unknown> => {
    const script = join(place, `${name}.ts`)
    const from = join(ROOT, 'bench/carry')
    writeFileSync(
      script,
      `import { tally } from '${from}/subject.ts'
       import { serve } from '${from}/subjects/plain.ts'
       let count = 0
       serve(body => {
         const event = JSON.parse(body)
         count += 1
         ${code}
       })`,
    )
    return runOnce({ job, arm: { name, script }, kind: 'small', amount: QUICK.receive }, others)
  }

  test.each([
    ['loses one', 'if (count !== 77) tally.take(event)', 'of 200 events 199 arrived, 0 of them twice'],
    ['doubles one', 'tally.take(event); if (count === 77) tally.take(event)', '200 arrived, 1 of them twice'],
    ['refuses one', 'if (count === 77) throw new Error(); tally.take(event)', '199 of 200 requests'],
    ['dies', 'if (count === 77) throw process.exit(1); tally.take(event)', /ended|closed|ECONNRE|EPIPE/],
  ])('is an error where it %s', async (name, code, message) => {
    await expect(runWith(name, code)).rejects.toThrow(message)
  })

  test('is none where it does', async () => {
    expect(await runWith('does its job', 'tally.take(event)')).toMatchObject({ events: 200 })
  })
})
