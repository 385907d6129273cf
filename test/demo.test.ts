import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { ROOT } from './support/app.ts'

async function demo(...args: string[]): Promise<{ code: unknown; stdout: string }> {
  const child = spawn(process.execPath, [join(ROOT, 'scripts/demo/main.ts'), ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let stdout = ''
  child.stdout.setEncoding('utf8').on('data', chunk => {
    stdout += chunk
  })
  const [code] = await once(child, 'close')
  return { code, stdout }
}

describe('the demo', () => {
  test('ends with 0 when what arrived is what was billed', async () => {
    const { code, stdout } = await demo('--days', '3')
    expect(stdout).toContain('What the display received is what the clouds billed')
    expect(stdout).toContain('The first events of cloud.aws.billing')
    expect(stdout).toContain('The first events of cloud.alibaba.billing')
    expect(stdout).toMatch(/^ {2}USD +\d+ +[\d.]+ +[\d.]+ +equal$/m)
    expect(stdout).toMatch(/^ {2}CNY +\d+ +[\d.]+ +[\d.]+ +equal$/m)
    expect(stdout).toMatch(/JPY has no stream: \d+ was refused, and is kept as dead letters/)
    expect(stdout).toContain('What CloudZero has is what the clouds billed')
    expect(code).toBe(0)
  })

  test('ends with 1 when a single event was lost', async () => {
    // The first on each way: a later one may hold nothing but charges that have no stream.
    const { code, stdout } = await demo('--days', '3', '--lose', '1')
    expect(stdout).toContain('DIFFERENT')
    expect(stdout).toMatch(/\d DIFFERENT$/m)
    expect(stdout).toMatch(/^2\d{3}-\d\d-\d\d [^:]+: billed [\d.]+ (USD|CNY), CloudZero has 0$/m)
    expect(stdout).toMatch(/FAILED: cloud\.\w+\.billing: billed \S+ \w+, received \S+/)
    expect(code).toBe(1)
  })
})
