import type { Static, TSchema } from 'typebox'
import type { Command, CommandCall, Terminal } from '../command.ts'
import type { Batch, Context } from '../connector.ts'
import type { DailyBill, Money } from './daily.ts'
import { formatAmounts, stateOf } from './days-command.ts'
import { type Amounts, addAmount, multiply } from './decimal.ts'
import { type OpenBill, openBill } from './open-bill.ts'
import { deliverDay } from './deliver.ts'
import { type DayRange, rangesOf } from './ranges.ts'
import { pullAndDeliver } from './read-due-days.ts'
import { parseSpan, wholeDays } from './span.ts'

/** `pull`: backfill. It shares the ledger with the schedule, so that no day is sent by both. */
export function pullCommand<S extends TSchema, Row>(bill: DailyBill<S, Row>): Command<Static<S>> {
  return {
    summary: 'Pull past days and send them (backfill)',
    options: {
      from: { type: 'string', value: 'DAY', summary: 'The first day, such as 2024-02-29' },
      to: { type: 'string', value: 'DAY', summary: 'The last day, included; as --from if left out' },
      'dry-run': { type: 'boolean', summary: 'Only say which days would be pulled and what that costs' },
      yes: { type: 'boolean', summary: 'Do not ask before requests that cost money' },
    },
    run: call => pull(bill, call),
  }
}

async function pull<S extends TSchema, Row>(
  bill: DailyBill<S, Row>,
  { context, options, terminal, deliver }: CommandCall<Static<S>>,
): Promise<number> {
  const wanted = wholeDays(parseSpan('pull', options), bill.zone, context.clock)
  const open = await openBill(bill, context)
  const plan = await planOf(wanted, open, bill.requests?.days ?? 1)
  const price = priceOf(bill.requests?.price, plan.ranges.length)
  if (!options['json']) explain(plan, price, terminal)
  if (options['dry-run'] || plan.ranges.length + plan.spooled.length === 0) {
    if (options['json']) terminal.print(JSON.stringify(summary(plan, price)))
    return 0
  }
  if (price && plan.ranges.length > 0 && !options['yes']) {
    if (!(await terminal.confirm('Go on?', { flag: '--yes', signal: context.signal }))) return 1
  }
  let failure: unknown
  try {
    await deliver(inner => withProgress(readPlan(bill, plan, inner), plan, open, terminal))
  } catch (error) {
    failure = error
  }
  const left: string[] = []
  let amounts: Amounts = {}
  let rows = 0
  for (const day of plan.days) {
    const record = await open.ledger.get(day)
    if (record?.state !== 'done' && record?.state !== 'empty') {
      left.push(day)
      continue
    }
    rows += record.rows
    for (const [currency, amount] of Object.entries(record.amounts)) {
      amounts = addAmount(amounts, currency, amount)
    }
  }
  if (options['json']) terminal.print(JSON.stringify({ ...summary(plan, price), rows, amounts, left }))
  else conclude({ days: plan.days.length - left.length, left: left.length, rows, amounts }, terminal)
  if (failure !== undefined) throw failure
  return left.length > 0 ? 1 : 0
}

interface Result {
  /** How many days are done, and how many are left. */
  readonly days: number
  readonly left: number
  /** Of the days that are done. */
  readonly rows: number
  readonly amounts: Amounts
}

function conclude({ days, left, rows, amounts }: Result, terminal: Terminal): void {
  if (days > 0) {
    const sum = formatAmounts(amounts) || 'nothing billed'
    terminal.print(`Sent ${count(rows, 'row')} of ${count(days, 'day')}: ${sum}.`)
  }
  if (left > 0) {
    terminal.print(
      `${count(left, 'day')} left; run the same command again: what is in the spool is not fetched again.`,
    )
  }
}

interface Plan {
  /** Days to fetch, in ranges. */
  readonly ranges: readonly DayRange[]
  /** Days that are in the spool already: they are sent without a request. */
  readonly spooled: readonly string[]
  /** Days that the ledger calls done. */
  readonly done: readonly string[]
  /** Days to fetch or to send. */
  readonly days: readonly string[]
}

async function planOf(wanted: readonly string[], { ledger }: OpenBill, longest: number): Promise<Plan> {
  const fetch: string[] = []
  const spooled: string[] = []
  const done: string[] = []
  for (const day of wanted) {
    const state = (await ledger.get(day))?.state
    if (state === 'done') done.push(day)
    else if (state === 'spooled') spooled.push(day)
    else fetch.push(day)
  }
  return { ranges: rangesOf(fetch, longest), spooled, done, days: [...spooled, ...fetch] }
}

/** At the least: an answer with pages takes a request each. */
function priceOf(price: Money | undefined, requests: number): Money | undefined {
  return price && { currency: price.currency, amount: multiply(price.amount, requests) }
}

function explain(plan: Plan, price: Money | undefined, terminal: Terminal): void {
  const fetched = plan.ranges.reduce((sum, range) => sum + range.days.length, 0)
  if (plan.done.length > 0)
    terminal.print(`${count(plan.done.length, 'day')} already done: not pulled again.`)
  if (plan.spooled.length > 0)
    terminal.print(`${count(plan.spooled.length, 'day')} in the spool: sent without a request.`)
  const cost = price
    ? `, at least ${price.amount} ${price.currency} (an answer of several pages takes more)`
    : ''
  if (fetched > 0)
    terminal.print(`${count(fetched, 'day')} to pull: ${count(plan.ranges.length, 'request')}${cost}.`)
}

function summary(plan: Plan, price: Money | undefined): Record<string, unknown> {
  const fetch = plan.ranges.flatMap(range => range.days)
  return {
    fetch,
    spooled: plan.spooled,
    done: plan.done,
    requests: plan.ranges.length,
    ...(price && { price }),
  }
}

async function* readPlan<S extends TSchema, Row>(
  bill: DailyBill<S, Row>,
  plan: Plan,
  context: Context<Static<S>>,
): AsyncGenerator<Batch> {
  // Opened and planned anew, under the lease: until now another process may have been at work.
  const open = await openBill(bill, context)
  const { spooled, ranges } = await planOf(plan.days, open, bill.requests?.days ?? 1)
  for (const day of spooled) {
    const record = await open.ledger.get(day)
    if (record) yield* deliverDay(record, open)
  }
  yield* pullAndDeliver(bill, open, ranges, context)
}

/** Says after each commit how far the work is. */
async function* withProgress(
  batches: AsyncIterable<Batch>,
  plan: Plan,
  { ledger }: OpenBill,
  terminal: Terminal,
): AsyncGenerator<Batch> {
  let finished = 0
  for await (const batch of batches) {
    yield {
      ...batch,
      async commit(refused) {
        await batch.commit?.(refused)
        while (finished < plan.days.length) {
          const record = await ledger.get(plan.days[finished] as string)
          if (!record || record.state === 'spooled') break
          finished += 1
          terminal.progress(
            `${finished} of ${plan.days.length} days: ${record.day} ${stateOf(record)}, ${count(record.rows, 'row')}`,
          )
        }
      },
    }
  }
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`
}
