import { type CloudEvent, parseClock, parseJson } from '@billow/core'
import { CHARGE_TYPE, type Charge, MAPPINGS } from '@billow/focus'
import { type AwsSimulator, startAwsSimulator } from '@billow/simulators'
import { awsBilling } from '@billow/source-aws-billing'
import { afterEach, describe, expect, test } from '@jest/globals'
import { AWS_KEYS } from '../../../test/support/app.ts'
import { expectSameCharges, faultsOf } from '../../../test/support/charges.ts'
import { runCommand } from '../../../test/support/command.ts'
import { type DailyRun, dailyRun, restatedSum } from '../../../test/support/daily-run.ts'
import { awsContext } from './support.ts'

let aws: AwsSimulator
afterEach(() => aws.close())

const ACCOUNT = '210000000017'
const supports = MAPPINGS.find(({ type }) => type === 'aws.service.daily')?.supports ?? []

function runOf(more: object): DailyRun {
  return dailyRun(awsBilling, () => ({
    ...awsContext(aws.url, { account_id: ACCOUNT }).config,
    ...more,
  }))
}

/** Runs both formats side by side; restates in between. */
async function bothFormats(more: object): Promise<{ native: DailyRun; focus: DailyRun }> {
  const native = runOf({ resync_days: 3, ...more })
  const focus = runOf({ resync_days: 3, format: 'focus', ...more })
  aws = await startAwsSimulator({ clock: native.clock })
  aws.faults.set({ restatement: true, lagHours: 5 })
  for (const day of ['2024-05-31', '2024-06-01', '2024-06-02', '2024-06-07']) {
    await native.at(`${day}T02:00:00Z`)
    await focus.at(`${day}T02:00:00Z`)
  }
  return { native, focus }
}

const net = ({ data }: CloudEvent) => (data as { netUnblendedCost: { amount: string } }).netUnblendedCost

describe('format: focus', () => {
  test.each([undefined, 'tag:Team', 'RECORD_TYPE'])(
    'sends the charges of the native bill, restated too, grouped by %s',
    async group_by => {
      const { native, focus } = await bothFormats(group_by === undefined ? {} : { group_by })
      expect(focus.events.filter(event => event['replaces'] !== undefined).length).toBeGreaterThan(5)
      expect(focus.events.every(({ type }) => type === CHARGE_TYPE)).toBe(true)
      expectSameCharges(focus.events, native.events, { BillingAccountId: ACCOUNT })
      expect(await faultsOf(focus.events, supports)).toBe('')
      // What is billed is the net cost; the native ledger sums the unblended one.
      const billed = native.events.map(event => ({
        ...event,
        data: { ...(event.data as object), unblendedCost: net(event) },
      }))
      expect(restatedSum(focus.events)).toEqual(restatedSum(billed))
      expect(restatedSum(focus.events)).not.toEqual(restatedSum(native.events))
    },
  )

  test('adds up to the month as AWS sums what it bills', async () => {
    const focus = runOf({ format: 'focus', catch_up_days: 40 })
    aws = await startAwsSimulator({ clock: focus.clock })
    await focus.at('2024-05-02T02:00:00Z')
    await focus.at('2024-06-03T02:00:00Z')
    const [text = ''] = await focus.days({ month: '2024-05', yes: true, json: true })
    const may = focus.events.filter(({ data }) => (data as Charge).x_BillingDate?.startsWith('2024-05'))
    const { USD } = restatedSum(may)
    expect(parseJson(text)).toMatchObject({
      missing: [],
      totals: [{ currency: 'USD', days: USD, month: USD, difference: '0' }],
    })
    expect(aws.requests.entries().at(-1)).toMatchObject({
      parameters: { Granularity: 'MONTHLY', Metrics: ['NetUnblendedCost'] },
    })
  })
})

describe('the billing account', () => {
  const keys = `secret:\n  access_key_id: ${AWS_KEYS.id}\n  secret_access_key: ${AWS_KEYS.secret}\n`
  const said = async (command: string, more: string) => {
    aws = await startAwsSimulator({ clock: parseClock('2024-05-15') })
    const config = `target: http://127.0.0.1:9\nendpoint: ${aws.url}\nformat: focus\n${keys}${more.replaceAll('STS', aws.url)}`
    return runCommand(awsBilling, [command, '--clock', '2024-05-15'], config)
  }
  const fault =
    'focus.defaults.BillingAccountId: found nothing, and of the account only an access key is known; give the 12 digits'

  test.each([
    ['sts_endpoint: STS\n', 'BillingAccountId 123456789012'],
    ['account_id: "210000000017"\n', 'BillingAccountId 210000000017'],
    ['focus: { defaults: { BillingAccountId: my-bill } }\n', 'BillingAccountId my-bill'],
    [
      'account_id: "210000000017"\nfocus: { defaults: { BillingAccountId: "123456789012", InvoiceIssuerName: Reseller } }\n',
      'BillingAccountId 123456789012, InvoiceIssuerName Reseller',
    ],
  ])('with %j is, as check says, %s', async (more, account) => {
    const { stdout } = await said('check', more)
    expect(stdout).toContain(
      `ok      source-aws-billing: format: charges of FOCUS 1.2 (${CHARGE_TYPE}); where the bill does not say it: ${account}\n`,
    )
    expect(stdout).toContain('permission: ce:GetCostAndUsage is granted')
  })

  test('that nobody says is an error of the configuration, which check says before it pays', async () => {
    const { code, stdout } = await said('check', '')
    expect(stdout).toContain(`failed  source-aws-billing: ${fault}`)
    expect(code).toBe(78)
    expect(aws.requests.entries()).toEqual([])
  })
})
