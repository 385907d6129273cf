import { parseClock } from '@billow/core'
import { type AwsSimulator, startAwsSimulator } from '@billow/simulators'
import { awsBill, awsBilling, type CostRow } from '@billow/source-aws-billing'
import { afterEach, describe, expect, test } from '@jest/globals'
import { billedBy, paidRequests } from '../../../test/support/clouds.ts'
import { type DailyRun, dailyRun, restatedSum } from '../../../test/support/daily-run.ts'
import { awsContext, rowsOf } from './support.ts'

let aws: AwsSimulator
afterEach(() => aws.close())

async function start(more: object): Promise<DailyRun> {
  const run = dailyRun(awsBilling, () => ({
    ...awsContext(aws.url, { account_id: '210000000017' }).config,
    ...more,
  }))
  aws = await startAwsSimulator({ clock: run.clock })
  return run
}

const paid = () => paidRequests(aws, 'GetCostAndUsage')
const days = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) =>
    new Date(Date.UTC(2024, 4, from + n)).toISOString().slice(0, 10),
  )

describe('a bill that AWS restates', () => {
  test('arrives whole, a request a pull, until the month is closed', async () => {
    const run = await start({ resync_days: 3 })
    aws.faults.set({ restatement: true, lagHours: 5 })
    for (const day of days(24, 38)) {
      const before = paid()
      await run.at(`${day}T02:00:00Z`)
      expect(paid() - before).toBe(1)
      const yesterday = new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10)
      expect(restatedSum(run.events)).toEqual(billedBy(aws, '2024-05-23', yesterday))
    }
    expect(run.events.filter(event => Number(event['revision']) > 1).length).toBeGreaterThan(0)
    expect(new Set(run.events.map(({ id }) => id)).size).toBe(run.events.length)
    expect(await run.day('2024-05-25')).toMatchObject({ state: 'done', final: true })
  })

  test('as corrected: the service that changed, and no other', async () => {
    const run = await start({ resync_days: 3 })
    await run.at('2024-05-06T02:00:00Z')
    const sent = run.events.length
    aws.correct({ day: '2024-05-05', service: 'Amazon Simple Storage Service', factor: '1.25' })
    await run.at('2024-05-07T02:00:00Z')
    const changes = run.events.slice(sent).filter(event => event['replaces'] !== undefined)
    expect(changes).toHaveLength(1)
    expect(changes[0]).toMatchObject({
      revision: 1,
      data: { date: '2024-05-05', service: 'Amazon Simple Storage Service' },
    })
    expect(await run.day('2024-05-05')).toMatchObject({ state: 'provisional', revision: 1 })
    // Another start on the same day pays for nothing.
    const before = paid()
    await run.at('2024-05-07T12:00:00Z')
    expect(paid()).toBe(before)
  })

  test('is read once, as documented, where nobody asks for more', async () => {
    const run = await start({})
    await run.at('2024-05-06T02:00:00Z')
    aws.correct({ day: '2024-05-05', service: 'Amazon Simple Storage Service', factor: '1.25' })
    await run.at('2024-05-07T02:00:00Z')
    expect(run.events.filter(event => 'revision' in event)).toEqual([])
    expect(paid()).toBe(2)
  })

  test('adds up to the month as AWS sums it, in one request that is asked for', async () => {
    const run = await start({ catch_up_days: 40 })
    await run.at('2024-05-02T02:00:00Z')
    await run.at('2024-06-03T02:00:00Z')
    const before = paid()
    const [text = ''] = await run.days({ month: '2024-05', yes: true, json: true })
    const { USD } = billedBy(aws, '2024-05-01', '2024-05-31')
    expect(JSON.parse(text)).toMatchObject({
      month: '2024-05',
      missing: [],
      totals: [{ currency: 'USD', days: USD, month: USD, roundDown: '0', difference: '0' }],
    })
    expect(paid() - before).toBe(1)
    expect(run.questions).toEqual([])
    // A month that is not over is summed up to its last whole day, and what changed since shows.
    aws.correct({ day: '2024-06-01', service: 'Amazon Simple Storage Service', factor: '2' })
    const lines = await run.days({ month: '2024-06' })
    expect(run.questions).toEqual(["The provider's total takes 1 request, 0.01 USD. Go on?"])
    expect(lines.join('\n')).toMatch(/USD .* -\d+\.\d+/)
    expect(lines.at(-1)).toBe('The month is not over: both change with every day.')
  })

  test('names the days that the ledger lacks of a month', async () => {
    const run = await start({})
    await run.at('2024-05-30T02:00:00Z')
    const lines = await run.days({ month: '2024-05', yes: true })
    expect(lines.at(-2)).toBe(
      'The ledger lacks 2024-05-01 to 2024-05-28: pull --from 2024-05-01 --to 2024-05-28',
    )
    await expect(run.days({ month: '2024-06', yes: true })).rejects.toThrow(
      'of 2024-06 no day is over in UTC',
    )
    await expect(run.days({ month: 'May', yes: true })).rejects.toThrow('--month: found "May"')
  })

  test('takes a service back with every cost 0 and the rest unchanged', async () => {
    aws = await startAwsSimulator({ clock: parseClock('2024-05-15') })
    const [row] = await rowsOf(awsContext(aws.url, { group_by: 'LINKED_ACCOUNT' }), '2024-05-05')
    const { data, type } = awsBill.event(row as CostRow)
    const zero = awsBill.zero?.(data, type)
    expect(JSON.parse(JSON.stringify(data), (key, value) => (key === 'amount' ? '0' : value))).toEqual(zero)
    expect(zero).toMatchObject({ date: '2024-05-05', unblendedCost: { amount: '0', unit: 'USD' } })
    expect(zero?.['linkedAccount']).toMatch(/^\d{12}$/)
  })
})
