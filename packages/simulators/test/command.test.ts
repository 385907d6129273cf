import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { costExplorer, oneDay } from './clients.ts'

const main = join(import.meta.dirname, '../src/main.ts')

function start(...args: string[]) {
  const child = spawn(process.execPath, ['--conditions=billow-source', main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const text = { out: '', err: '' }
  child.stdout.on('data', chunk => (text.out += chunk))
  child.stderr.on('data', chunk => (text.err += chunk))
  const ended = once(child, 'close').then(([code]) => ({ code: code as number, ...text }))
  const ready = Promise.race([once(child.stdout, 'data'), ended]).then(() => text)
  return { child, ready, ended }
}

describe('the command', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    'prints URLs and keys as JSON, serves, and ends with 0 at %s',
    async signal => {
      const { child, ready, ended } = start('--json', '--clock', '2024-05-15', '--seed', '7')
      const { aws, alicloud, cloudzero } = JSON.parse((await ready).out)
      expect(alicloud).toMatchObject({
        url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        accessKeyId: 'LTAI5t7eneojm6aeRKncB7V9',
      })
      const drops = `${cloudzero.url}/v2/connections/billing/anycost/${cloudzero.connections[1]}/billing_drops`
      const streams = await fetch(drops, { headers: { authorization: cloudzero.apiKey } })
      expect(await streams.json()).toEqual({ billing_drops: [] })
      const answer = await costExplorer({ url: aws.url, keys: [aws] })(oneDay('2024-05-13', '2024-05-14'))
      expect(answer.ResultsByTime?.[0]?.Groups?.length).toBeGreaterThan(30)
      // A request that hangs does not hold it up.
      await fetch(`${aws.url}/_simulator/faults`, { method: 'POST', body: '{"hang":true}' })
      const hanging = expect(fetch(aws.url)).rejects.toThrow()
      await new Promise(resolve => setImmediate(resolve))
      child.kill(signal)
      expect(await ended).toMatchObject({ code: 0, err: '' })
      await hanging
    },
  )

  test('prints example configurations that name the URLs', async () => {
    const { child, ready, ended } = start()
    const { out } = await ready
    const url = /AWS Cost Explorer and STS {4}(\S+)/.exec(out)?.[1]
    expect(out).toContain(`endpoint: ${url}\nsecret:\n  access_key_id: AKIAIOSFODNN7EXAMPLE\n`)
    expect(out).toMatch(/^API key: {5}cz_test_\S+\nconnections: 1234abcd-\S+, 5678abcd-\S+$/m)
    child.kill()
    await ended
  })

  test('--help names every option', async () => {
    const { code, out } = await start('--help').ended
    expect(code).toBe(0)
    for (const flag of [
      'port-aws',
      'port-alicloud',
      'port-cloudzero',
      'clock',
      'seed',
      'cur',
      'partition',
      'json',
    ]) {
      expect(out).toContain(`--${flag}`)
    }
  })

  test('a wrong command line ends with 64 and a line', async () => {
    const wrong: [args: string[], message: string][] = [
      [['--colour'], "Unknown option '--colour'. See billow-simulators --help."],
      [['more'], "Unexpected argument 'more'"],
      [['--seed', 'x'], '--seed: found "x"; give a whole number'],
      [['--port-aws', '70000'], '--port-aws: found "70000"; give a whole number from 0 to 65535'],
      [['--port-cloudzero', 'x'], '--port-cloudzero: found "x"'],
      [['--clock', '2024-02-30'], '--clock: found "2024-02-30"'],
      [['--partition', 'aws-us'], '--partition: found "aws-us"; give aws or aws-cn'],
    ]
    await Promise.all(
      wrong.map(async ([args, message]) => {
        const { code, out, err } = await start(...args).ended
        expect([args, code, out]).toEqual([args, 64, ''])
        expect(err).toMatch(/^billow-simulators: [^\n]+\n$/)
        expect(err).toContain(message)
      }),
    )
  })

  test('a port that is taken and a report that is not there end with 1 and a line', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo
    for (const args of [
      ['--port-alicloud', String(port)],
      ['--port-cloudzero', String(port)],
      ['--cur', '/does/not/exist.csv'],
    ]) {
      const { code, err } = await start(...args).ended
      expect(code).toBe(1)
      expect(err).toMatch(/^billow-simulators: [^\n]+\n$/)
      expect(err).toContain(args[1])
    }
    taken.close()
  })
})
