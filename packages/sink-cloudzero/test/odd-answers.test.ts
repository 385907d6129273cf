import { Secret } from '@billow/core'
import { describe, expect, test } from '@jest/globals'
import { newState, seen, setting } from './setting.ts'
import { charge, sleepingClock, until } from './support.ts'

const s = setting()

describe('rows read back', () => {
  type Spell = (row: Readonly<Record<string, string>>) => unknown
  const start =
    (change: (text: string) => string): Spell =>
    ({ 'time/usage_start': text = '', ...row }) => ({
      ...row,
      'time/usage_start': change(text),
    })
  const spellings: readonly (readonly [string, Spell])[] = [
    ['numbers', row => ({ ...row, 'cost/cost': Number(row['cost/cost']) })],
    ['more digits', row => ({ ...row, 'cost/cost': row['cost/cost']?.replace(/^(\d+)$/, '$1.00') })],
    ['empty columns', row => ({ 'resource/service': '', 'k8s/cluster': '', ...row })],
    ['nulls', row => ({ 'resource/service': null, 'k8s/cluster': null, ...row })],
    ['an offset', start(text => text.replace('Z', '+00:00'))],
    ['no zone', start(text => text.replace('Z', ''))],
    ['a space', start(text => text.replace('T', ' ').replace('Z', '.000'))],
    ['only a day', start(text => text.slice(0, 10))],
  ]
  test.each(spellings)('may have %s', async (_, spell) => {
    const door = await s.before(async ({ method, path }, ask) => {
      const answer = await ask()
      if (method !== 'GET' || !path.endsWith('2024-08') || answer.status !== 200) return answer
      const { billing_drop } = JSON.parse(answer.body)
      return { status: 200, body: JSON.stringify({ billing_drop: billing_drop.map(spell) }) }
    })
    const first = await s.start({}, door)
    await first.write(charge({ BilledCost: '0.0000001' }))
    await seen(first)
    expect(first.troubles.filter(Boolean)).toEqual([])
    await s.stopAll()
    const second = await s.start({ state: newState() }, door)
    await second.write(charge({ BilledCost: '1' }))
    await seen(second)
    expect(second.troubles.filter(Boolean)).toEqual([])
    expect(s.totals()).toEqual(['2024-08-16 Compute 1.0000001 2'])
  })
})

test('a month that cannot be read holds up no other', async () => {
  const door = await s.before(({ path }, ask) =>
    path.endsWith('/2024-07') ? { status: 500, body: '{}' } : ask(),
  )
  const sink = await s.start({}, door)
  await sink.write(charge({ x_BillingDate: '2024-07-10' }), charge({ x_BillingDate: '2024-07-11' }), charge())
  await s.has('2024-08-16 Compute 12 1')
  expect(await sink.trouble()).toContain('reading the month 2024-07 failed (HTTP 500)')
  expect(s.totals(undefined, '2024-07')).toEqual([])
})

test('nobody waits for years because CloudZero says so', async () => {
  let reads = 0
  const door = await s.before(({ path }, ask) =>
    path.endsWith('/2024-08') && (reads += 1) === 2
      ? { status: 503, body: '{}', headers: { 'retry-after': '315360000' } }
      : ask(),
  )
  const sink = await s.start({}, door)
  await sink.write(charge())
  await seen(sink)
})

test('nobody waits for years because the clock went back', async () => {
  const state = newState()
  const ahead = await s.start({ state, dry_run: true, clock: sleepingClock('2034-01-01T00:00:00Z') })
  await ahead.write(charge())
  await s.stopAll()
  const right = await s.start({ state })
  await seen(right)
})

test('nor because it goes back while the sink runs', async () => {
  const clock = sleepingClock()
  const jumped = Promise.withResolvers<void>()
  let [ahead, waits] = [10 * 365 * 86_400_000, false]
  const jumping = {
    now: () => new Date(clock.now().getTime() + ahead),
    async sleep(ms: number, signal?: AbortSignal) {
      if (ms === 60_000) {
        waits = true
        await jumped.promise
      }
      return clock.sleep(ms, signal)
    },
  }
  const sink = await s.start({ clock: jumping })
  await sink.write(charge())
  await until(() => waits)
  ahead = 0
  jumped.resolve()
  await seen(sink)
})

test('a day that changes while it is settled is sent again', async () => {
  const state = newState()
  const read = Promise.withResolvers<void>()
  let late = false
  const slow: typeof state = {
    ...state,
    async get(key) {
      const text = await state.get(key)
      if (!late && text?.includes('"sent":1')) {
        late = true
        await read.promise
      }
      return text
    },
  }
  const sink = await s.start({ state: slow })
  await sink.write(charge())
  await until(() => late || sink.log.some(line => line.includes('CloudZero has it')))
  await sink.write(charge({ BilledCost: '1' }))
  read.resolve()
  await s.has('2024-08-16 Compute 13 2')
})

test('a key that no header can carry is named at the start', async () => {
  const secret = { api_key: new Secret('Bearer kéy') }
  await expect(s.start({ secret })).rejects.toThrow('secret.api_key: found spaces or characters')
})
