import {
  addDays,
  type Context,
  type DailyBill,
  dailySource,
  dayAt,
  daysBetween,
  type Source,
} from '@billow/core'
import { withFocus } from '@billow/focus'
import { askAccount, readDay, readOverview } from './client.ts'
import { type AlicloudBillingConfig, config } from './config.ts'
import {
  accountBill,
  type BillKind,
  type BillRow,
  billAmount,
  billEvent,
  instanceBill,
  SOURCE,
  toRow,
  overviewTotals,
  withoutFigures,
} from './event.ts'

type AlicloudContext = Context<AlicloudBillingConfig>

/** Bills are kept by the day of UTC+8, which has no daylight saving. */
const ZONE = 'Asia/Shanghai'

/** Alibaba Cloud's bill: each day's cost by product, or by instance and billing item. */
export const alicloudBill: DailyBill<typeof config, BillRow> = {
  name: 'source-alicloud-billing',
  config,
  zone: ZONE,
  source: SOURCE,
  async check(context) {
    const kind = kindOf(context.config)
    const account = (await askAccount(kind, lastDay(context), context)) ?? 'without a name'
    return [`permission: ${kind.action} is granted to account ${account}; requests are free`]
  },
  account,
  scope: config => kindOf(config).type,
  async *fetch(from, to, context) {
    const kind = kindOf(context.config)
    for (const day of daysBetween(from, to)) {
      const final = context.clock.now() >= monthCloses(day, context.config)
      for await (const row of readDay(kind, day, context)) yield { day, row: toRow(kind, row, day), final }
    }
  },
  key: row => row.key,
  event: billEvent,
  amount: billAmount,
  zero: withoutFigures,
  monthTotals: async (month, context) => overviewTotals(await readOverview(month, context)),
}

/** The source of `alibaba.billing.daily` events, or of `alibaba.billing.instance.daily` ones; or of their charges. */
export const alicloudBilling: Source<typeof config> = dailySource(withFocus(alicloudBill))

function kindOf({ bill }: AlicloudBillingConfig): BillKind {
  return bill === 'instance' ? instanceBill : accountBill
}

/** The member account asked for, else the account of the keys, which the API says once; then it is stored. */
async function account(context: AlicloudContext): Promise<string> {
  const { config, state } = context
  if (config.bill_owner_id !== undefined) return config.bill_owner_id
  const stored = await state.get('account')
  if (stored !== undefined) return stored
  const found =
    (await askAccount(kindOf(config), lastDay(context), context)) ?? config.secret.access_key_id.reveal()
  await state.set('account', found)
  return found
}

/** Until then, in the month after, a month's figures are for reference. */
function monthCloses(day: string, { month_closes }: AlicloudBillingConfig): Date {
  const [date = '', time = ''] = month_closes.split('T')
  const [year = 0, month = 1] = day.split('-').map(Number)
  const closing = new Date(Date.UTC(year, month, Number(date))).toISOString().slice(0, 10)
  return new Date(`${closing}T${time}`)
}

function lastDay({ clock }: AlicloudContext): string {
  return addDays(dayAt(clock.now(), ZONE), -1)
}
