import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { describe, expect, test } from '@jest/globals'
import { main } from '@billow/cli'
import { ALICLOUD_KEYS } from './support/app.ts'
import { CLOCK, paidRequests } from './support/clouds.ts'
import { exportPlace, fromCsv } from './support/exported.ts'
import { newPipelinePlace } from './support/pipeline.ts'

const { here, at, billow, configured, exported } = exportPlace()

/** A source by a stranger's hand: so many rows a day. */
const acme = (rows: number, more = ''): string => `
import { dailySource, Type } from '${new URL('../packages/core/dist/index.js', import.meta.url)}'
export default dailySource({
  name: 'source-acme',
  config: Type.Object({}),
  zone: 'UTC',
  account: () => 'acme',
  async *fetch(from, to) {
    for (let n = 0; n < ${rows}; n += 1) yield { day: from, row: { from, n }, final: true }
  },
  key: ({ n }) => [String(n)],
  event: ({ from, n }) => ({ source: 'acme', type: 'acme.daily', data: { from, n, cost: n + '.000000001' } }),
  amount: ({ n }) => ({ amount: n + '.000000001', currency: 'EUR' }),
})
${more}`
const MAPPING = `
export const focusMappings = [{
  type: 'acme.daily',
  supports: [],
  draft: ({ data: { from, n, cost } }) => ({
    ChargePeriodStart: from + 'T00:00:00Z', ChargePeriodEnd: from + 'T23:59:59Z',
    BillingPeriodStart: '2024-05-01T00:00:00Z', BillingPeriodEnd: '2024-06-01T00:00:00Z',
    x_BillingDate: from, x_Zone: 'z' + n % 7, x_Alley: null,
    ProviderName: 'Acme', BillingAccountId: 'me', BillingCurrency: 'EUR',
    ServiceName: 'cpu', ChargeCategory: 'Usage', BilledCost: cost, Tags: '{"row":"' + 'x'.repeat(500) + '"}',
  }),
}]`
const acmeConfig = (): string =>
  at.place.config(
    `connectors:\n  - { name: acme, source: ./acme.js, config: {}, target: "${here.target.url}" }\n`,
  )

describe("a stranger's bill", () => {
  test('comes out by the mapping that its module brings, with columns of its own', async () => {
    at.place.file('acme.js', acme(3, MAPPING))
    acmeConfig()
    const { code, stdout, stderr } = await exported('2024-05-01', '2024-05-02')
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('6 charges of 2 days: 6.000000006 EUR'),
    })
    expect(fromCsv(stdout)[1]).toMatchObject({ BilledCost: '1.000000001', x_Zone: 'z1', x_Alley: '' })
    expect(stdout.split('\r\n')[0]).toMatch(/,x_Replaces,x_Alley,x_Zone$/)
  })

  test('without one says which type is not known, and how it would be', async () => {
    at.place.file('acme.js', acme(1))
    acmeConfig()
    const { code, stdout, stderr } = await exported('2024-05-01', '2024-05-01', '--out', 'x.csv')
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(
      'acme: no mapping to a charge is known for events of type acme.daily; there is one for aws.service.daily, ',
    )
    expect(stderr).toContain(
      'The module ./acme.js can bring it: a list of mappings, exported as focusMappings',
    )
    expect(readdirSync(at.place.folder).filter(name => name.startsWith('x.csv'))).toEqual([])
  })

  test('whose mapping is none is a wrong configuration', async () => {
    at.place.file('acme.js', acme(1, 'export const focusMappings = { type: "acme.daily" }'))
    acmeConfig()
    const { code, stderr } = await exported('2024-05-01', '2024-05-01')
    expect({ code, stderr }).toMatchObject({
      code: 78,
      stderr: expect.stringContaining('allowed is a list of mappings'),
    })
  })

  const days = ['--from', '2024-05-01', '--to', '2024-05-02', ...CLOCK]

  test('that is killed while it is written leaves no half of it', async () => {
    at.place.file('acme.js', acme(10_000, MAPPING))
    acmeConfig()
    const file = join(at.place.folder, 'bill.csv')
    writeFileSync(file, 'as it was')
    const app = at.place.billow('focus', 'export', 'config.yml', ...days, '--out', file)
    const written = (): number => {
      const [part] = readdirSync(at.place.folder).filter(name => name.endsWith('.part'))
      return part ? statSync(join(at.place.folder, part)).size : 0
    }
    while (app.child.exitCode === null && written() === 0)
      await new Promise(resolve => setTimeout(resolve, 1))
    app.child.kill('SIGKILL')
    await app.ended
    expect(readFileSync(file, 'utf8')).toBe('as it was')
  })

  // Held at once, its charges alone would take more than that.
  test('of any size takes little memory', async () => {
    const small = newPipelinePlace({ NODE_OPTIONS: '--max-old-space-size=64' })
    small.file('acme.js', acme(15_000, MAPPING))
    small.config(readFileSync(acmeConfig(), 'utf8'))
    const file = join(small.folder, 'bill.parquet')
    expect(await small.command('focus', 'export', 'config.yml', ...days, '--out', file)).toMatchObject({
      code: 0,
      stdout: `30000 charges of 2 days to ${file}: 224985000.00003 EUR\n`,
    })
    await small.end()
  })
})

/** The program within this process: there are many of these, and a process takes long to start. */
async function inProcess(...argv: readonly string[]) {
  const said = { stdout: '', stderr: '' }
  const stream = (name: keyof typeof said) =>
    Object.assign(new PassThrough().setEncoding('utf8'), { isTTY: true }).on('data', (text: string) => {
      said[name] += text
    })
  const streams = { stdin: new PassThrough(), stdout: stream('stdout'), stderr: stream('stderr') }
  const code = await main({ argv, env: { BILLOW_DATA_DIR: join(at.place.folder, 'data') }, streams })
  await new Promise(resolve => setImmediate(resolve))
  return { code, ...said }
}

describe('a wrong command line', () => {
  test.each([
    [['--to', '2024-05-01'], 'focus export: --from is missing; give a day such as'],
    [['--from', '2024-02-30'], '--from: found "2024-02-30"; give a day of the calendar'],
    [['--from', '2024-05-02', '--to', '2024-05-01'], '--to 2024-05-01 is before --from 2024-05-02'],
    [
      ['--from', '2024-05-15'],
      '2024-05-15 is not over in UTC, the zone of the bill; the newest whole day is 2024-05-14',
    ],
    [['--from', '2024-05-01', '--format', 'parquet'], 'Parquet is nothing to look at; give --out FILE'],
    [['--from', '2024-05-01', '--format', 'xml'], '--format: found "xml"; give csv, ndjson, parquet'],
    [
      ['--from', '2024-05-01', '--out', '/nowhere/x.csv', '--yes'],
      '--out: "/nowhere/x.csv" cannot be written: ENOENT',
    ],
    [['--from', '2024-05-01', '--out', tmpdir(), '--yes'], ' cannot be written: it is a folder'],
    [['azure', '--from', '2024-05-01'], 'focus export: no connector "azure" in '],
    [['screen', '--from', '2024-05-01'], 'config.yml; those that read one are aws, alibaba'],
    [['--from', '2024-05-01', '--fron', 'x'], 'focus export: no option --fron; did you mean --from?'],
  ])('%j is told, and nothing is asked', async (args, said) => {
    const file = configured('  - { name: screen, sink: "@billow/sink-display", receiver: 0 }\n')
    const { code, stdout, stderr } = await inProcess('focus', 'export', file, ...args, ...CLOCK)
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' })
    expect(stderr).toContain(said)
    expect(stderr).not.toMatch(/^ {4}at /m)
    expect(paidRequests(here.clouds.aws, 'GetCostAndUsage')).toBe(0)
  })

  test('that would count a bill twice is told', async () => {
    const { clouds, target } = here
    configured(`  - name: by-instance
    source: "@billow/source-alicloud-billing"
    config:
      endpoint: ${clouds.alicloud.url}
      bill: instance
      secret: { access_key_id: ${ALICLOUD_KEYS.id}, secret_access_key: ${ALICLOUD_KEYS.secret} }
    target: ${target.url}
`)
    const { code, stderr } = await exported('2024-05-01', '2024-05-01', '--yes')
    expect(code).toBe(64)
    expect(stderr).toContain('alibaba and by-instance read the same bill, and its charges would count twice')
  })

  test('of one word, or for help, says what there is', async () => {
    expect(await billow('focus')).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('focus export'),
    })
    const help = await billow('focus', 'export', '--help')
    expect(help.stdout).toContain('Usage: billow focus export [FILE] [NAME]')
    expect(help.stdout).toContain('--format FORMAT')
  })
})
