import {
  addAmount,
  addDays,
  ConfigError,
  type Context,
  type DailyBill,
  dailySource,
  dayAt,
  monthRange,
  Retryable,
  type Source,
  Throttled,
} from '@billow/core'
import { type FocusDefaults, withFocus } from '@billow/focus'
import { ACTION, openCostExplorer } from './client.ts'
import { type AwsBillingConfig, config } from './config.ts'
import { callerIdentity } from './credentials.ts'
import { isAmazon } from './endpoint.ts'
import {
  type CostName,
  type CostRow,
  costAmount,
  costEvent,
  costKey,
  SOURCE,
  TYPE,
  withoutCost,
} from './event.ts'

type AwsContext = Context<AwsBillingConfig>

const ZONE = 'UTC'
const PRICE = { amount: '0.01', currency: 'USD' }

/** Cost Explorer's bill: each day's cost by service. Days are UTC. */
export const awsBill: DailyBill<typeof config, CostRow> = {
  name: 'source-aws-billing',
  config,
  zone: ZONE,
  source: SOURCE,
  check,
  account,
  scope: ({ group_by }) => (group_by === undefined ? TYPE : `${TYPE}/${group_by}`),
  async *fetch(from, to, context) {
    const explorer = openCostExplorer(context.config, context.signal)
    try {
      for await (const { row, estimated } of explorer.costs(from, to)) {
        yield { day: row.date, row, final: !estimated }
      }
    } finally {
      explorer.close()
    }
  },
  key: costKey,
  event: costEvent,
  amount: costAmount,
  zero: withoutCost,
  monthTotals: totalsOf('unblendedCost'),
  // Two months: the one that is under way and the one before, while it is not closed.
  requests: { days: 62, price: PRICE },
}

/** A month that is not over is summed up to its last whole day, as the ledger is. */
function totalsOf(cost: CostName): NonNullable<DailyBill<typeof config>['monthTotals']> {
  return async (month, { config, signal, clock }) => {
    const { from, to: end } = monthRange(month)
    const newest = lastDay(clock)
    const to = newest < end ? newest : end
    if (to < from) return { amounts: {} }
    const explorer = openCostExplorer(config, signal)
    try {
      const total = await explorer.monthTotal(cost, from, to)
      return { amounts: total ? addAmount({}, total.unit, total.amount) : {} }
    } finally {
      explorer.close()
    }
  }
}

/** The source of `aws.service.daily` events, or of their charges, which are billed at net cost. */
export const awsBilling: Source<typeof config> = dailySource(
  withFocus(awsBill, { known, billedTotals: totalsOf('netUnblendedCost') }),
)

/** Cost Explorer names no account; an access key that stands for one is none. */
function known(account: string, { BillingAccountId }: FocusDefaults): FocusDefaults {
  if (BillingAccountId !== undefined) return {}
  if (/^\d{12}$/.test(account)) return { BillingAccountId: account }
  throw new ConfigError(
    'focus.defaults.BillingAccountId: found nothing, and of the account only an access key is known; ' +
      'give the 12 digits of the account that is billed, in quotes, here or as account_id',
  )
}

/** The account whose bill it is. It is stored, since the API does not say it and ids depend on it. */
async function account(context: AwsContext): Promise<string> {
  const { config, state } = context
  const stored = await state.get('account')
  const found = config.account_id ?? accountOfRole(config) ?? stored ?? (await askAccount(context))
  if (found !== stored) await state.set('account', found)
  return found
}

function accountOfRole({ role }: AwsBillingConfig): string | undefined {
  return role?.arn.split(':')[4]
}

async function askAccount({ config, signal }: AwsContext): Promise<string> {
  if (knowsSts(config)) {
    try {
      return (await callerIdentity(config, signal)).account
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof Retryable)) throw error
      const Kind = error instanceof Throttled ? Throttled : Retryable
      throw new Kind('STS does not say whose account it is; with account_id it need not be asked', {
        cause: error,
        retryAfterMs: error.retryAfterMs,
      })
    }
  }
  const explorer = openCostExplorer(config, signal)
  try {
    return await explorer.accessKeyId()
  } finally {
    explorer.close()
  }
}

/** The keys of a simulator are none of Amazon's business. */
function knowsSts({ endpoint, sts_endpoint }: AwsBillingConfig): boolean {
  return sts_endpoint !== undefined || isAmazon(endpoint)
}

/** Only a paid request proves the permission; it is asked for one day, once. */
async function check(context: AwsContext): Promise<readonly string[]> {
  const { config, signal, clock } = context
  const lines: string[] = []
  if (knowsSts(config)) lines.push(`credentials: ${(await callerIdentity(config, signal)).arn}`)
  else if (config.account_id === undefined) {
    lines.push(
      "account: `endpoint` is not Amazon's, so STS is not asked, and ids depend on the access key; set account_id or sts_endpoint",
    )
  }
  const yesterday = lastDay(clock)
  const currencies = new Set<string>()
  let rows = 0
  for await (const { row } of awsBill.fetch(yesterday, yesterday, context)) {
    rows += 1
    currencies.add(costAmount(row).currency)
  }
  return [
    ...lines,
    `permission: ${ACTION} is granted; ${yesterday} has ${rows} rows${rows > 0 ? ` in ${[...currencies].join(', ')}` : ' so far'}`,
    `price: a day costs ${PRICE.currency} ${PRICE.amount} a page, as a rule one page; this check paid as much`,
  ]
}

/** The newest day that is over. */
function lastDay(clock: Context['clock']): string {
  return addDays(dayAt(clock.now(), ZONE), -1)
}
