import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { CHARGE_TYPE, type Charge } from '@billow/focus'
import { readParquet } from '../packages/focus/test/support/read-parquet.ts'
import { billedBy, CLOCK, paidRequests } from './support/clouds.ts'
import { ACCOUNT, billed, comparable, exportPlace, fromCsv, fromNdjson, live } from './support/exported.ts'

const { here, at, billow, configured, pull, exported } = exportPlace()

const requests = () =>
  paidRequests(here.clouds.aws, 'GetCostAndUsage') + paidRequests(here.clouds.alicloud, 'QueryAccountBill')

describe('days that the ledger keeps', () => {
  const [from, to] = ['2024-05-10', '2024-05-14']
  beforeEach(async () => {
    configured()
    for (const name of ['aws', 'alibaba']) expect(await pull(name, from, to)).toMatchObject({ code: 0 })
  })

  test('come out as they were delivered, in every format, and no request is made', async () => {
    const before = requests()
    const csv = await exported(from, to)
    expect(csv).toMatchObject({ code: 0 })
    const ndjson = await exported(from, to, '--format', 'ndjson')
    const file = join(at.place.folder, 'charges.parquet')
    const parquet = await exported(from, to, '--out', file)
    expect(requests()).toBe(before)

    const expected = comparable(live(here.target.events, from, to))
    expect(expected.length).toBeGreaterThan(50)
    expect(comparable(fromCsv(csv.stdout))).toEqual(expected)
    expect(comparable(fromNdjson(ndjson.stdout))).toEqual(expected)
    expect(comparable((await readParquet(file)).charges)).toEqual(expected)

    const sums = billed(fromCsv(csv.stdout))
    expect(sums).toEqual({ ...billedBy(here.clouds.alicloud, from, to), USD: sums['USD'] })
    const concluded = `: ${sums['CNY']} CNY, ${sums['JPY']} JPY, ${sums['USD']} USD\n`
    expect(csv.stderr).toBe(
      `aws: 5 days (${from} to ${to}) from the ledger\n` +
        `alibaba: 5 days (${from} to ${to}) from the ledger\n` +
        'aws: provisional, the provider may still change 2024-05-10 to 2024-05-14\n' +
        'alibaba: provisional, the provider may still change 2024-05-10 to 2024-05-14\n' +
        `${expected.length} charges of 5 days${concluded}`,
    )
    expect(ndjson.stderr).toBe(csv.stderr)
    expect(parquet.stdout).toBe(`${expected.length} charges of 5 days to ${file}${concluded}`)
  })

  test('are those of the connector that is named', async () => {
    const { stdout } = await billow('focus', 'export', 'config.yml', 'alibaba', '--from', from, ...CLOCK)
    expect(new Set(fromCsv(stdout).map(row => row.ProviderName))).toEqual(new Set(['Alibaba Cloud']))
    expect(new Set(fromCsv(stdout).map(row => row.x_BillingDate))).toEqual(new Set([from]))
  })
})

test('days that the provider changed come out as they are now, as the corrections that they are', async () => {
  const config = configured()
  for (const clock of ['2024-05-14', '2024-05-15']) {
    here.clouds.aws.correct({
      day: '2024-05-13',
      service: 'AWS Lambda',
      factor: clock.endsWith('15') ? '1.25' : '1',
    })
    const running = at.place.billow('run', config, '--clock', clock)
    await running.saw(
      new RegExp(`"connector":"aws","day":"2024-05-${Number(clock.slice(-2)) - 1}"[^\\n]*"delivered"`),
    )
    await running.saw(/"connector":"aws"[^\n]*waiting for the next pull/)
    running.child.kill('SIGTERM')
    expect(await running.ended).toBe(0)
  }
  const [from, to] = ['2024-05-13', '2024-05-14']
  const { stdout } = await billow(
    'focus',
    'export',
    'config.yml',
    'aws',
    '--from',
    from,
    '--to',
    to,
    ...CLOCK,
  )
  const found = fromCsv(stdout)
  const aws = here.target.events.filter(({ source }) => source === 'cloud.aws.billing')
  expect(comparable(found)).toEqual(comparable(live(aws, from, to)))
  expect(found.filter(row => row['x_Revision'] === '1')).toMatchObject([
    {
      ServiceName: 'AWS Lambda',
      ChargeClass: 'Correction',
      x_Replaces: expect.stringMatching(/^[0-9a-f-]{36}$/),
    },
  ])
})

test('charges that a source sends itself come out as they were sent; a reader that leaves is no fault', async () => {
  configured()
  const text = readFileSync(join(at.place.folder, 'config.yml'), 'utf8')
  at.place.config(
    text.replace('resync_days: 5', 'format: focus\n      focus: { defaults: { InvoiceId: INV-1 } }'),
  )
  await pull('aws', '2024-05-13', '2024-05-14')
  const args = [
    'focus',
    'export',
    'config.yml',
    'aws',
    '--from',
    '2024-05-13',
    '--to',
    '2024-05-14',
    ...CLOCK,
  ]
  const { stdout } = await billow(...args)
  expect(here.target.events[0]).toMatchObject({ type: CHARGE_TYPE, data: { InvoiceId: 'INV-1' } })
  expect(comparable(fromCsv(stdout))).toEqual(
    comparable(here.target.events.map(({ data }) => data as Charge)),
  )

  const app = at.place.billow(...args)
  app.child.stdout?.destroy()
  expect(await app.ended).toBe(1)
  expect(app.output().stderr).not.toContain('EPIPE')
})

describe('days that the ledger lacks', () => {
  const [from, to] = ['2024-05-08', '2024-05-14']
  const file = () => join(at.place.folder, 'charges.ndjson')
  const parts = () => readdirSync(at.place.folder).filter(name => name.endsWith('.part'))
  const ledger = async () => JSON.parse((await billow('days', 'config.yml', 'aws', '--json')).stdout)

  test('are fetched, once each, and the ledger stays as it was', async () => {
    configured()
    await pull('aws', '2024-05-10', '2024-05-12')
    const before = await ledger()
    const refused = await exported(from, to)
    expect(refused).toMatchObject({ code: 64, stdout: '' })
    expect(refused.stderr).toContain(
      'aws: 3 days (2024-05-10 to 2024-05-12) from the ledger; 4 days (2024-05-08 to 2024-05-09, 2024-05-13 to 2024-05-14) from the provider, 2 requests\n' +
        'alibaba: 7 days (2024-05-08 to 2024-05-14) from the provider, 7 requests\n',
    )
    expect(refused.stderr).toContain('"Requests: 9, at least 0.02 USD')
    const paid = () => paidRequests(here.clouds.aws, 'GetCostAndUsage')
    const [asked, cost] = [requests(), paid()]
    expect(cost).toBe(1)

    const { code, stdout } = await exported(from, to, '--yes', '--out', file(), '--json')
    expect(code).toBe(0)
    expect(paid() - cost).toBe(2)
    expect(requests() - asked).toBe(2 + 7)
    expect(await ledger()).toEqual(before)
    const rows = fromNdjson(readFileSync(file(), 'utf8'))
    const sums = billed(rows)
    expect(sums).toEqual({ ...billedBy(here.clouds.alicloud, from, to), USD: sums['USD'] })
    expect(JSON.parse(stdout)).toMatchObject({
      format: 'ndjson',
      file: file(),
      requests: 9,
      charges: rows.length,
      amounts: sums,
      bills: [
        { name: 'aws', account: ACCOUNT, zone: 'UTC', ledger: ['2024-05-10', '2024-05-11', '2024-05-12'] },
        { name: 'alibaba', zone: 'Asia/Shanghai', ledger: [] },
      ],
    })
    // A pull sends them later under the same ids.
    await pull('aws', from, to)
    const aws = here.target.events.filter(({ source }) => source === 'cloud.aws.billing')
    expect(comparable(rows.filter(row => row.ProviderName === 'AWS'))).toEqual(
      comparable(live(aws, from, to)),
    )
  })

  test('and that cannot be read are named, and nothing is written', async () => {
    configured()
    writeFileSync(file(), 'as it was')
    await pull('aws', '2024-05-10', '2024-05-12')
    here.clouds.aws.faults.set({ throttle: { after: 1 } })
    const { code, stdout, stderr } = await exported(from, to, '--yes', '--out', file())
    expect({ code, stdout }).toEqual({ code: 75, stdout: '' })
    expect(stderr).toMatch(/^aws: 2024-05-13 to 2024-05-14 could not be read: AWS slows /m)
    expect(stderr).toContain('Nothing was written: an export lacks no day.')
    expect(readFileSync(file(), 'utf8')).toBe('as it was')
    expect(parts()).toEqual([])
    here.clouds.aws.faults.set({ throttle: true })
    const json = await exported(from, to, '--yes', '--json')
    expect({ code: json.code, stdout: json.stdout }).toEqual({ code: 75, stdout: '' })
    expect(JSON.parse(json.stderr).failed).toMatchObject({ name: 'aws', days: ['2024-05-08', '2024-05-09'] })
  })

  test.each(['SIGTERM', 'SIGKILL'] as const)('and a %s while they are read leaves no file', async signal => {
    configured()
    here.clouds.aws.faults.set({ hold: true })
    const app = at.place.billow(
      'focus',
      'export',
      'config.yml',
      '--from',
      from,
      ...CLOCK,
      '--yes',
      '--out',
      file(),
    )
    await app.saw('aws: 1 day')
    while (app.child.exitCode === null && parts().length === 0)
      await new Promise(resolve => setTimeout(resolve, 10))
    app.child.kill(signal)
    expect(await app.ended).toBe(signal === 'SIGTERM' ? 1 : null)
    expect(existsSync(file())).toBe(false)
    if (signal === 'SIGTERM') {
      expect(parts()).toEqual([])
      expect(app.output().stderr).toContain('Stopped')
    }
    expect(readdirSync(join(at.place.folder, 'data')).filter(name => name.startsWith('scratch'))).toEqual([])
  })
})
