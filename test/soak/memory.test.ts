import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { fitLine, type Point } from '../../soak/memory/fit.ts'
import { ROOT } from '../support/app.ts'

const HOUR = Array.from({ length: 721 }, (_, index) => index * 5)

describe('the line through memory', () => {
  test('leaves out the first quarter, where caches fill', () => {
    const points = HOUR.map((seconds): Point => [seconds, seconds < 900 ? seconds : 5000])
    expect(fitLine(points)).toMatchObject({ rise: 0, slopePerHour: 0, least: 5000, most: 5000 })
  })

  test('rises with a leak, whatever the collector does on top of it', () => {
    const points = HOUR.map((seconds): Point => [seconds, 1000 + seconds * 2 + (seconds % 240) * 50])
    const { rise, slopePerHour } = fitLine(points)
    expect(Math.abs(slopePerHour / 7200 - 1)).toBeLessThan(0.1)
    expect(Math.abs(rise / 5400 - 1)).toBeLessThan(0.1)
  })

  test('is flat where only the collector comes late', () => {
    const points = HOUR.map((seconds): Point => [seconds, 1000 + (seconds % 260) * 50])
    expect(Math.abs(fitLine(points).rise)).toBeLessThan(500)
  })

  test('needs points', () => {
    expect(() => fitLine([[0, 1]])).toThrow('8 late points')
  })
})

test('a subject that keeps memory for each event fails the soak of memory', async () => {
  const out = mkdtempSync(join(tmpdir(), 'billow-'))
  const args = [
    '--slow-target',
    '--minutes',
    '0.08',
    '--broken',
    'leak',
    '--json',
    '--seed',
    '1',
    '--out',
    out,
  ]
  const { code, stdout } = await soak(args)
  expect(code).toBe(1)
  const report = JSON.parse(stdout)
  expect(report).toMatchObject({
    seed: 1,
    events: expect.any(Number),
    faults: [expect.stringMatching(/^resident memory rises by .* MB; allowed are 10$/)],
  })
  expect(JSON.parse(readFileSync(join(out, 'memory.json'), 'utf8'))).toEqual(report)
  expect(readFileSync(join(out, 'memory.csv'), 'utf8')).toMatch(/^seconds,.*\n[\d.,]+\n/)
  expect(readFileSync(join(out, 'memory.svg'), 'utf8')).toContain('</svg>')
})

test.each([
  [['--slow-target', '--minutes', '0']],
  [['--slow-target', '--broken', 'x']],
  [['--kills', 'few']],
  [['--what']],
])('a wrong command line ends with 64: %j', async args => {
  expect(await soak(args)).toMatchObject({ code: 64, stdout: '' })
})

function soak(args: readonly string[]): Promise<{ code: number; stdout: string }> {
  return new Promise(resolve => {
    const flags = ['--conditions=billow-source', join(ROOT, 'soak/main.ts'), ...args]
    execFile(process.execPath, flags, (error, stdout) => resolve({ code: Number(error?.code ?? 0), stdout }))
  })
}
