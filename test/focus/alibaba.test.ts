import { afterAll, beforeAll } from '@jest/globals'
import { addDays, parseClock } from '@billow/core'
import { MAPPINGS } from '@billow/focus'
import { type AlicloudSimulator, startAlicloudSimulator } from '@billow/simulators'
import { alicloudBill } from '@billow/source-alicloud-billing'
import { alicloudContext } from '../../packages/source-alicloud-billing/test/support.ts'
import { chargesOf, judged } from '../support/charges.ts'

let alicloud: AlicloudSimulator
beforeAll(async () => {
  alicloud = await startAlicloudSimulator({ clock: parseClock('2024-05-15') })
})
afterAll(() => alicloud.close())

const LAST = '2024-05-10'
const supportsOf = (type: string) => MAPPINGS.find(mapping => mapping.type === type)?.supports ?? []

judged("400 days of Alibaba Cloud's bill by product", supportsOf('alibaba.billing.daily'), () =>
  chargesOf(alicloudBill, alicloudContext(alicloud.url), [[addDays(LAST, -399), LAST]]),
)

// A day by instance has hundreds of rows: some days of 400, in every month.
judged("Alibaba Cloud's bill by instance", supportsOf('alibaba.billing.instance.daily'), () => {
  const days = Array.from({ length: 16 }, (_, n) => addDays(LAST, -25 * n))
  return chargesOf(
    alicloudBill,
    alicloudContext(alicloud.url, { bill: 'instance' }),
    days.map(day => [day, day] as const),
  )
})
