import type { Draft, Mapping } from '@billow/focus'
import type { CloudzeroFaults } from '@billow/simulators'
import { createCloudzero } from '@billow/sink-cloudzero'
import { describe, expect, test } from '@jest/globals'
import { newState, setting } from './setting.ts'
import { CNY, charge, until, USD } from './support.ts'

const s = setting()

interface Drop {
  readonly operation: string
  readonly rows: number
  readonly idempotencyKey: string
}
const drops = (): Drop[] =>
  s.simulator.requests
    .entries()
    .filter(({ action }) => action === 'CreateBillingDrop')
    .map(({ parameters }) => parameters as Drop)

/** Several charges of a day, `from` the first number of them. */
const charges = (count: number, data: Readonly<Record<string, string>> = {}) =>
  Array.from({ length: count }, (_, index) => charge({ BilledCost: `${index + 1}.5`, ...data }))

describe('a changed day', () => {
  test('is sent whole, to the stream of its currency, and again when it changes', async () => {
    const sink = await s.start()
    const first = charge()
    await sink.write(first, charge({ ServiceName: 'Storage', BilledCost: '0.000000000123' }))
    await sink.write(charge({ BillingCurrency: 'CNY', BilledCost: '7.10' }))
    await s.has('2024-08-16 Compute 12 1', '2024-08-16 Storage 0.000000000123 1')
    await until(() => s.totals(CNY).join() === '2024-08-16 Compute 7.1 1')
    await sink.write(charge({ BilledCost: '15' }, { revision: 1, replaces: first.id }))
    await s.has('2024-08-16 Compute 15 1', '2024-08-16 Storage 0.000000000123 1')
    expect(s.simulator.requests.counts()).toMatchObject({ CreateBillingDrop: { failed: 0 } })
    expect(sink.troubles.filter(Boolean)).toEqual([])
  })

  test('is the same in whatever order its revisions come, and however often', async () => {
    const sink = await s.start()
    const [first, gone] = [charge(), charge({ BilledCost: '3' })]
    const second = charge({ BilledCost: '15' }, { revision: 1, replaces: first.id })
    const third = charge({ BilledCost: '12' }, { revision: 2, replaces: second.id })
    const nothing = charge({ BilledCost: '0' }, { revision: 1, replaces: gone.id })
    for (const event of [third, nothing, second, first, gone, first, third, second]) await sink.write(event)
    await s.has('2024-08-16 Compute 12 2')
  })

  test('waits until it is quiet, and not for ever', async () => {
    let now = Date.parse('2024-08-20T12:00:00Z')
    const slept: number[] = []
    const clock = {
      now: () => new Date(now),
      sleep: (ms: number, signal?: AbortSignal) =>
        new Promise<void>((_, reject) => {
          slept.push(ms)
          signal?.addEventListener('abort', () => reject(signal.reason as Error))
        }),
    }
    const sink = await s.start({ clock, flush: { quiet: 60, max_age: 100, max_bytes: 5_000_000 } })
    for (const seconds of [0, 40, 40]) {
      now += seconds * 1000
      await sink.write(charge())
      await until(() => slept.length > 0)
    }
    await until(() => slept.at(-1) === 20_000)
    expect(slept.filter(ms => ms <= 60_000)).toEqual([60_000, 60_000, 20_000])
    expect(drops()).toEqual([])
  })

  test('without any charge left costs nothing: CloudZero keeps what nothing replaces', async () => {
    const sink = await s.start()
    const wrong = charge()
    await sink.write(wrong)
    await s.has('2024-08-16 Compute 12 1')
    await sink.write(charge({ BillingCurrency: 'CNY' }, { revision: 1, replaces: wrong.id }))
    await s.has('2024-08-16  0 1')
    await until(() => s.totals(CNY).join() === '2024-08-16 Compute 12 1')
  })

  test('of another month goes to that month; hours go by themselves', async () => {
    const sink = await s.start()
    const hour = (at: string) => charge({ x_BillingDate: null, ChargePeriodStart: at })
    await sink.write(
      charge({ x_BillingDate: '2024-09-01', ChargePeriodStart: '2024-08-31T16:00:00Z' }),
      hour('2024-08-16T13:00:00Z'),
      hour('2024-08-16T14:10:00Z'),
    )
    await s.has('2024-08-16 Compute 24 2')
    await until(() => s.totals(USD, '2024-09').join() === '2024-09-01 Compute 12 1')
    expect(s.simulator.rows(USD, '2024-08').map(row => row['time/usage_start'])).toEqual([
      '2024-08-16T13:00:00Z',
      '2024-08-16T14:00:00Z',
    ])
  })

  test('that is too large goes in parts: the first replaces, the others add', async () => {
    const sink = await s.start({ flush: { quiet: 60, max_age: 900, max_bytes: 2000 } })
    await sink.write(...charges(20))
    await s.has('2024-08-16 Compute 220 20')
    await sink.write(charge({ BilledCost: '1' }))
    await s.has('2024-08-16 Compute 221 21')
    const operations = drops().map(({ operation }) => operation)
    expect(operations.filter(operation => operation === 'replace_hourly')).toHaveLength(2)
    expect(operations.filter(operation => operation === 'sum').length).toBeGreaterThan(5)
    expect(operations.at(0)).toBe('replace_hourly')
  })

  test('that CloudZero finds too large is split smaller, and stays so', async () => {
    s.simulator.faults.set({ maxBody: 3000 })
    const sink = await s.start()
    await sink.write(...charges(20))
    await s.has('2024-08-16 Compute 220 20')
    const before = drops().length
    await sink.write(...charges(20, { x_BillingDate: '2024-08-17' }))
    await s.has('2024-08-16 Compute 220 20', '2024-08-17 Compute 220 20')
    expect(
      s.simulator.requests
        .entries()
        .slice(before)
        .some(({ status }) => status === 413),
    ).toBe(false)
  })
})

const FAULTS: readonly CloudzeroFaults[] = [
  { errorAfter: 2 },
  { gatewayTimeout: 2, latencyMs: 30 },
  { early: 2, latencyMs: 30 },
  { lost: 3 },
  { drop: 3 },
  { cut: 3 },
  { truncate: 3 },
  { badGateway: 3 },
  { serverError: 3 },
  { unavailable: 3 },
  { throttle: 3, retryAfter: 7 },
  { staleRead: { times: 2, action: 'ReadBillingDrop' } },
  { errorAfter: { times: 1, after: 1, action: 'CreateBillingDrop' } },
  { lost: { times: 1, after: 2, action: 'CreateBillingDrop' } },
  { errorAfter: 3, forgetful: true },
]

describe.each([
  ['whole', 5_000_000],
  ['in parts', 1500],
])('a day sent %s', (_, max_bytes) => {
  test.each(FAULTS)('is right in the end with %j', async faults => {
    const sink = await s.start({ flush: { quiet: 60, max_age: 900, max_bytes } })
    await sink.write(...charges(3, { x_BillingDate: '2024-08-15' }))
    await s.has('2024-08-15 Compute 7.5 3')
    s.simulator.faults.set(faults)
    await sink.write(...charges(10))
    await s.has('2024-08-15 Compute 7.5 3', '2024-08-16 Compute 60 10')
    await until(() => !sink.troubles[0])
    const keys = drops().map(({ idempotencyKey }) => idempotencyKey)
    expect(new Set(keys).size).toBe(keys.length)
  })
})

describe('a day that cannot be sent', () => {
  test('names the row and the column, and holds up no other', async () => {
    s.simulator.faults.set({ noNegatives: true, vague: true })
    const sink = await s.start()
    const negative = charge({ BilledCost: '-3', x_BillingDate: '2024-08-14', ServiceName: 'Refunds' })
    await sink.write(charge({ x_BillingDate: '2024-08-14' }), negative, charge())
    await s.has('2024-08-16 Compute 12 1')
    expect(await sink.trouble()).toMatch(
      /^CloudZero refuses sending a billing drop \(HTTP 400: Bad Request\): data\[\d\]: column "cost\/cost": found "-3"/,
    )
    expect(await sink.trouble()).toContain(`(lineitem/id ${negative.id}, Refunds)`)
    s.simulator.faults.reset()
    await s.has('2024-08-14 Compute 12 1', '2024-08-14 Refunds -3 1', '2024-08-16 Compute 12 1')
  })

  test('since the key may not waits, says what to check, and goes on by itself', async () => {
    s.simulator.faults.set({ denied: true })
    const sink = await s.start()
    await sink.write(charge())
    expect(await sink.trouble()).toMatch(
      /CloudZero does not allow .*HTTP 403.*secret\.api_key.*scope connections:/,
    )
    s.simulator.faults.reset()
    await s.has('2024-08-16 Compute 12 1')
  })

  test('since the connection is not there says so', async () => {
    const sink = await s.start({ connections: { USD: 'nowhere' } })
    await sink.write(charge())
    expect(await sink.trouble()).toContain('CloudZero knows no connection nowhere (HTTP 404')
  })

  test('with a row that alone is too large names it', async () => {
    const sink = await s.start({ flush: { quiet: 60, max_age: 900, max_bytes: 1000 } })
    const large = charge({ ChargeDescription: 'x'.repeat(2000), x_BillingDate: '2024-08-14' })
    await sink.write(large, charge())
    await s.has('2024-08-16 Compute 12 1')
    expect(await sink.trouble()).toContain(`the row with lineitem/id ${large.id} alone takes`)
  })
})

test('a dry run asks CloudZero to judge, and sends nothing; what waits is sent without it', async () => {
  const state = newState()
  const sink = await s.start({ state, dry_run: true })
  await sink.write(...charges(3))
  const judged = () => s.simulator.requests.counts()['ValidateBillingDrop']?.requests ?? 0
  await until(() => judged() === 1)
  expect(drops()).toEqual([])
  await sink.stop()
  await s.start({ state })
  await s.has('2024-08-16 Compute 7.5 3')
})

test('requests that arrive together share one commit', async () => {
  const state = newState()
  let commits = 0
  const counting: typeof state = {
    ...state,
    transaction(work) {
      commits += 1
      return state.transaction(work)
    },
  }
  const sink = await s.start({ state: counting, connections: { JPY: USD } })
  const before = commits
  await Promise.all(Array.from({ length: 50 }, () => sink.write(charge({ BillingCurrency: 'JPY' }))))
  expect(commits - before).toBe(2)
})

test('a currency without a stream is refused by name', async () => {
  const sink = await s.start()
  const yen = charge({ BillingCurrency: 'JPY' })
  expect(await sink.write(yen, charge())).toEqual({
    refused: [
      {
        event: yen,
        reason:
          'BillingCurrency: found JPY, and there are streams for USD and CNY only; give JPY a stream of its own in `connections`',
      },
    ],
  })
})

test("a mapping of one's own makes charges of other events", async () => {
  const acme: Mapping = {
    type: 'acme.bill',
    supports: [],
    draft: ({ data }) => ({ ...(charge().data as Draft), BilledCost: (data as { cost: string }).cost }),
  }
  const own = createCloudzero({ mappings: [acme] })
  const { context } = await s.start()
  const writer = await own.open({ ...context, state: newState() })
  const events = [charge({}, { type: 'acme.bill', data: { cost: '7' } }), charge({}, { type: 'other' })]
  const outcome = await writer.write(events, context.signal)
  expect(outcome?.refused?.map(({ reason }) => reason)).toEqual([
    expect.stringContaining('no mapping to a charge is known for events of type other'),
  ])
  await writer.close?.()
})
