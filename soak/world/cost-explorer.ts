import { addDays } from '@billow/core'
import { readDays } from './disk.ts'
import type { Books } from './books.ts'
import { answer, drawFault } from './answers.ts'
import { makeDay, nameOf, type Row } from './bill.ts'
import type { Provider, ProviderOptions, ProviderPlan } from './provider.ts'
import { listen } from './server.ts'

const FIRST_DAY = '2022-01-03'
const PAGE_ROWS = 600
/** Days that were stored must not be asked for again: a request is paid. */
const PAID_TWICE = 'asked for a day that was on the disk'

interface Query {
  readonly TimePeriod: { readonly Start: string; readonly End: string }
  readonly NextPageToken?: string
}

/** A Cost Explorer whose bill the oracle makes up, a day at a time. It does not check signatures; the simulators do. */
export async function startCostExplorer(
  books: Books,
  onFault: (fault: string) => void,
  options: ProviderOptions,
): Promise<Provider> {
  const days = new Map<string, readonly Row[]>()
  let stored = new Set<string>()
  let plan: ProviderPlan | undefined
  const newest = (): string => addDays(FIRST_DAY, days.size - 1)
  const server = await listen((body, _request, response) => {
    const query = JSON.parse(body) as Query
    const { Start, End } = query.TimePeriod
    const asked = [...days.keys()].filter(day => day >= Start && day < End)
    if (asked.some(day => stored.has(day))) onFault(PAID_TWICE)
    const fault = drawFault(options)
    const failed = {
      throttle: [400, 'ThrottlingException'],
      'server error': [500, 'InternalFailure'],
    } as const
    const [status, type] = failed[fault as keyof typeof failed] ?? [200]
    const text = type ? JSON.stringify({ __type: type, message: 'the oracle says no' }) : pageOf(query, days)
    answer(response, { status, body: text }, { plan, fault })
  })
  return {
    ...server,
    issue() {
      const day = addDays(newest(), 1)
      const rows = makeDay(day, options.random)
      days.set(day, rows)
      for (const row of rows) books.issue(nameOf(row))
    },
    // Noon of the day behind the newest: it is over and due.
    args: () => ['--clock', addDays(newest(), 1)],
    look(directory) {
      const records = readDays(directory)
      stored = new Set(
        records.filter(({ state }) => ['spooled', 'done'].includes(state)).map(({ day }) => day),
      )
      let unread = 0
      for (const [day, rows] of days) if (!stored.has(day)) unread += rows.length
      const spooled = records.filter(({ state }) => state === 'spooled')
      const waiting = spooled.reduce((sum, { rows, delivered }) => sum + rows - (delivered?.count ?? 0), 0)
      return { unread, waiting }
    },
    plan(next) {
      plan = next
    },
  }
}

/** Pages of rows, each with the days that it has rows of; an answer's days are all there, empty ones too. */
function pageOf({ TimePeriod, NextPageToken }: Query, days: ReadonlyMap<string, readonly Row[]>): string {
  const asked = [...days].filter(([day]) => day >= TimePeriod.Start && day < TimePeriod.End)
  const at = Number(NextPageToken ?? 0)
  const page = asked.flatMap(([, rows]) => rows).slice(at, at + PAGE_ROWS)
  const total = asked.reduce((sum, [, rows]) => sum + rows.length, 0)
  const results = asked.map(([day]) => {
    return {
      TimePeriod: { Start: day, End: addDays(day, 1) },
      Groups: page.filter(row => row.day === day).map(groupOf),
      Estimated: false,
    }
  })
  const token = at + PAGE_ROWS < total ? { NextPageToken: String(at + PAGE_ROWS) } : {}
  return JSON.stringify({ ResultsByTime: results, ...token })
}

const METRICS = ['UnblendedCost', 'BlendedCost', 'AmortizedCost', 'NetUnblendedCost', 'NetAmortizedCost']

function groupOf({ service, amount }: Row): object {
  return {
    Keys: [service],
    Metrics: Object.fromEntries(METRICS.map(name => [name, { Amount: amount, Unit: 'USD' }])),
  }
}
