import { expect, test } from '@jest/globals'
import { daysBetween } from '../../src/billing/day.ts'
import { openLedger } from '../../src/billing/ledger.ts'
import { Retryable } from '../../src/errors.ts'
import type { State } from '../../src/state/state.ts'
import { createRegistry } from '../../src/telemetry/registry.ts'
import { type Provider, provider } from '../support/bill.ts'
import { memoryState } from '../support/side.ts'
import { seriesOf } from '../telemetry/reading.ts'
import { runUntil } from './run.ts'

/** A ledger that has 1 USD on each of the days. */
async function ledgerOf(days: readonly string[]): Promise<State> {
  const state = memoryState()
  const ledger = openLedger(state, '42', '')
  await ledger.setFirst(days[0] as string)
  const pulledAt = '2024-02-29T02:00:00Z'
  const record = {
    state: 'done',
    revision: 0,
    rows: 1,
    amounts: { USD: '1' },
    final: true,
    pulledAt,
  } as const
  await ledger.setAll(days.map(day => ({ day, ...record })))
  return state
}

interface Checked {
  readonly state: State
  readonly start?: string
  readonly until: string
  readonly bill?: Provider
  readonly config?: object
  readonly answer?: () => void
}

/** Runs, and says which months were asked for, what `/metrics` shows of them, and what was warned of. */
async function checked({ state, start = '2024-03-01T03:00:00Z', bill, config, answer, ...rest }: Checked) {
  const asked: string[] = []
  const warnings: unknown[] = []
  const registry = createRegistry()
  let text = ''
  await runUntil({
    ...rest,
    start,
    state,
    warnings,
    provider: bill ?? provider({ '2024-02-29': [{ service: 'a', amount: '1' }] }),
    meter: registry.meter({ connector: 'a' }),
    config: { month_check: true, ...config },
    async monthTotals(month) {
      asked.push(month)
      answer?.()
      return { amounts: { USD: '28.5' }, roundDown: { USD: '0.25' } }
    },
    atEnd: async () => {
      text = await registry.text()
    },
  })
  return { asked, warnings, shown: seriesOf(text).get(SERIES) }
}

const SERIES = 'billow_billing_month_difference{connector="a",currency="USD",month="2024-02"}'
const FEBRUARY_BUT_ONE = daysBetween('2024-02-01', '2024-02-28')

test('the difference of a month is a metric once its last day is read, and after a restart', async () => {
  const state = await ledgerOf(FEBRUARY_BUT_ONE)
  const first = await checked({ state, start: '2024-02-29T03:00:00Z', until: '2024-03-03T03:00:00Z' })
  expect(first).toMatchObject({ asked: ['2024-02'], shown: 0.25 })
  expect(JSON.stringify(first.warnings)).toContain('"total":"28.5","currency":"USD","days":"29"')
  const again = await checked({ state, start: '2024-03-03T03:00:00Z', until: '2024-03-04T03:00:00Z' })
  expect(again).toMatchObject({ asked: [], shown: 0.25 })
})

test('a day that fails does not hide it', async () => {
  const bill = provider({ '2024-02-29': [{ service: 'a', amount: '1' }] })
  bill.errors['2024-03-01'] = () => new Retryable('down')
  const state = await ledgerOf(FEBRUARY_BUT_ONE)
  const seen = await checked({ state, bill, start: '2024-03-02T03:00:00Z', until: '2024-03-02T04:00:00Z' })
  expect(seen).toMatchObject({ asked: ['2024-02'], shown: 0.25 })
})

test('days that are read again are compared again', async () => {
  const state = await ledgerOf(FEBRUARY_BUT_ONE)
  const until = '2024-03-02T03:00:00Z'
  const { asked } = await checked({ state, until, config: { resync_days: 2 } })
  expect(asked).toEqual(['2024-02', '2024-02'])
})

test('nothing is asked while a day is missing, before the month is over, or unless it is wanted', async () => {
  const until = '2024-03-01T05:00:00Z'
  const late = await checked({ state: await ledgerOf(FEBRUARY_BUT_ONE.slice(1)), until })
  expect(late.asked).toEqual([])
  const state = await ledgerOf(FEBRUARY_BUT_ONE)
  const early = await checked({ state, start: '2024-02-29T03:00:00Z', until: '2024-02-29T05:00:00Z' })
  expect(early.asked).toEqual([])
  const unasked = await checked({ state, until, config: { month_check: false } })
  expect(unasked).toMatchObject({ asked: [], shown: undefined })
})

test('a total that cannot be read holds nothing up, and is asked for at the next pull', async () => {
  let failures = 1
  const seen = await checked({
    state: await ledgerOf(FEBRUARY_BUT_ONE),
    until: '2024-03-02T03:00:00Z',
    answer() {
      if (failures-- > 0) throw new Error('no total today')
    },
  })
  expect(seen).toMatchObject({ asked: ['2024-02', '2024-02'], shown: 0.25 })
  expect(JSON.stringify(seen.warnings)).toContain('no total today')
})
