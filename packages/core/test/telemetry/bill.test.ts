import { describe, expect, test } from '@jest/globals'
import { openDeadLetters } from '../../src/dead-letters/store.ts'
import { Retryable } from '../../src/errors.ts'
import { createStatus } from '../../src/status.ts'
import { createRegistry } from '../../src/telemetry/registry.ts'
import { runUntil } from '../billing/run.ts'
import type { Provider } from '../support/bill.ts'
import { memoryState } from '../support/side.ts'
import { memorySink } from '../support/sink.ts'
import { faultsOf } from './lint.ts'
import { seriesOf, sumOf } from './reading.ts'

const provider = (more: Partial<Provider> = {}): Provider => ({
  asked: [],
  errors: {},
  final: true,
  days: { '2024-05-14': [{ service: 'a', amount: '1' }], '2024-05-15': [{ service: 'a', amount: '1' }] },
  ...more,
})

/** Runs to an instant and reads what was shown while the source waited there. */
async function shownAt(run: Omit<Parameters<typeof runUntil>[0], 'atEnd' | 'meter'>): Promise<string> {
  const registry = createRegistry()
  let shown = ''
  await runUntil({
    ...run,
    meter: registry.meter({ connector: 'a' }),
    atEnd: async () => {
      shown = await registry.text()
    },
  })
  return shown
}

describe('a daily source shows', () => {
  test('how old its newest complete day is, and its days by state', async () => {
    const text = await shownAt({
      provider: provider(),
      start: '2024-05-15T03:00:00Z',
      until: '2024-05-16T05:00:00Z',
    })
    const series = seriesOf(text)
    // The 15th ended at midnight, five hours before the last look.
    expect(series.get('billow_billing_newest_day_age_seconds{connector="a"}')).toBeCloseTo(5 * 3600, -3)
    expect(series.get('billow_billing_ledger{connector="a",state="done"}')).toBe(2)
    for (const state of ['provisional', 'empty', 'spooled', 'failed', 'missing'])
      expect(series.get(`billow_billing_ledger{connector="a",state="${state}"}`)).toBe(0)
    expect(series.get('billow_billing_pulls_total{connector="a",outcome="ok"}')).toBe(2)
    expect(faultsOf(text)).toEqual([])
    // The account is 42.
    expect(text).not.toMatch(/="[^"]*42/)
  })

  test('how long nothing is complete where a day cannot be pulled', async () => {
    const text = await shownAt({
      provider: provider({ errors: { '2024-05-14': () => new Retryable('down') } }),
      start: '2024-05-15T03:00:00Z',
      until: '2024-05-15T06:00:00Z',
    })
    const series = seriesOf(text)
    expect(series.get('billow_billing_newest_day_age_seconds{connector="a"}')).toBeGreaterThan(30 * 3600)
    expect(series.get('billow_billing_ledger{connector="a",state="failed"}')).toBe(1)
    expect(series.get('billow_billing_pulls_total{connector="a",outcome="failed"}')).toBeGreaterThan(1)
    expect(series.get('billow_connector_restarts_total{connector="a",reason="retryable"}')).toBeGreaterThan(0)
  })

  test('provisional days, and events of days that changed', async () => {
    const changing = provider({ final: false })
    const text = await shownAt({
      provider: changing,
      start: '2024-05-15T03:00:00Z',
      until: '2024-05-16T05:00:00Z',
      config: { resync_days: 3 },
      onFetch: () => {
        changing.days['2024-05-14'] = [{ service: 'a', amount: String(changing.asked.length) }]
      },
    })
    expect(seriesOf(text).get('billow_billing_ledger{connector="a",state="provisional"}')).toBe(2)
    expect(sumOf(text, 'billow_billing_restated_events_total')).toBe(1)
  })

  test('attempts and retries by reason, and dead letters that are kept', async () => {
    const state = memoryState()
    const text = await shownAt({
      provider: provider({
        days: { '2024-05-14': ['a', 'b'].map(service => ({ service, amount: '1' })) },
      }),
      state,
      sink: memorySink((events, attempt) =>
        attempt === 1
          ? { unsent: events, because: new Retryable('down') }
          : { refused: events.slice(0, 1).map(event => ({ event, reason: 'no' })) },
      ),
      start: '2024-05-15T03:00:00Z',
      until: '2024-05-15T04:00:00Z',
    })
    const series = seriesOf(text)
    expect(series.get('billow_delivery_attempts_total{connector="a",result="retryable"}')).toBe(1)
    expect(series.get('billow_delivery_attempts_total{connector="a",result="refused"}')).toBe(1)
    expect(series.get('billow_delivery_retries_total{connector="a",reason="retryable"}')).toBe(1)
    expect(series.get('billow_events_dead_lettered_total{connector="a"}')).toBe(1)
    expect(series.get('billow_dead_letters{connector="a"}')).toBe(1)
    expect(series.get('billow_batch_duration_seconds_count{connector="a",outcome="committed"}')).toBe(1)
    expect(series.get('billow_commit_duration_seconds_count{connector="a"}')).toBe(1)
    const letters = openDeadLetters(state)
    const [letter] = await Array.fromAsync(letters.list())
    await letters.put([{ event: letter?.event as never, reason: 'again' }], '2024-05-15T00:00:00Z')
    expect(await letters.count()).toBe(1)
    await letters.remove([letter?.event as never, letter?.event as never])
    expect(await letters.count()).toBe(0)
  })
})

test('while days fail one after the other, the state is not running', async () => {
  const status = createStatus('a', () => new Date())
  const seen: string[] = []
  await runUntil({
    provider: provider({
      errors: { '2024-05-14': () => new Retryable('no answer in time') },
      days: {},
    }),
    status,
    daysPerRequest: 2,
    start: '2024-05-16T01:00:00Z',
    until: '2024-05-16T03:00:00Z',
    config: {},
    onFetch: from => {
      if (from > '2024-05-14') seen.push(status.get().state)
    },
  })
  expect(seen.slice(0, 1)).toEqual(['retrying'])
})
