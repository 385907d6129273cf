import { afterEach, beforeEach } from '@jest/globals'
import { type Amounts, addAmount, type CloudEvent, plainDecimal } from '@billow/core'
import { type Charge, charges, COLUMNS } from '@billow/focus'
import { parse } from 'csv-parse/sync'
import { ALICLOUD_KEYS, AWS_KEYS } from './app.ts'
import { CLOCK, cloudsAndTarget } from './clouds.ts'
import { newPipelinePlace, type PipelinePlace } from './pipeline.ts'

export const ACCOUNT = '123456789012'

/** For each test of a file, two clouds, a target, and a folder from which `focus export` is run. */
export function exportPlace() {
  const here = cloudsAndTarget()
  const at = {} as { place: PipelinePlace }
  beforeEach(() => {
    at.place = newPipelinePlace()
  })
  afterEach(() => at.place.end())
  const billow = (...args: readonly string[]) => at.place.command(...args)
  return {
    here,
    at,
    billow,
    /** Two bills in three currencies. */
    configured(more = ''): string {
      const { clouds, target } = here
      return at.place.config(`connectors:
  - name: aws
    source: "@billow/source-aws-billing"
    config:
      endpoint: ${clouds.aws.url}
      account_id: "${ACCOUNT}"
      resync_days: 5
      secret: { access_key_id: ${AWS_KEYS.id}, secret_access_key: "${AWS_KEYS.secret}" }
    target: ${target.url}
  - name: alibaba
    source: "@billow/source-alicloud-billing"
    config:
      endpoint: ${clouds.alicloud.url}
      secret: { access_key_id: ${ALICLOUD_KEYS.id}, secret_access_key: ${ALICLOUD_KEYS.secret} }
    target: ${target.url}
${more}`)
    },
    pull: (name: string, from: string, to: string) =>
      billow('pull', 'config.yml', name, '--from', from, '--to', to, '--yes', ...CLOCK),
    exported: (from: string, to: string, ...more: readonly string[]) =>
      billow('focus', 'export', 'config.yml', '--from', from, '--to', to, ...CLOCK, ...more),
  }
}

const toCharge = charges({ defaults: { BillingAccountId: ACCOUNT } })

/** What a receiver knows: all events less those replaced; an id counts once. */
export function live(events: readonly CloudEvent[], from: string, to: string): Charge[] {
  const replaced = new Set(events.map(event => event['replaces']))
  const left = new Map(events.filter(({ id }) => !replaced.has(id)).map(event => [event.id, event]))
  return [...left.values()].map(toCharge).filter(({ x_BillingDate: day }) => day! >= from && day! <= to)
}

/** In one order, with numbers in one form. */
export const comparable = (rows: readonly Charge[]): object[] =>
  rows
    .map(row =>
      Object.fromEntries(
        Object.entries({ x_Revision: null, x_Replaces: null, ...row }).flatMap(([name, value]) => {
          if (value === null || value === '') return []
          const decimal = COLUMNS[name as keyof typeof COLUMNS]?.type === 'Decimal'
          return [[name, decimal ? plainDecimal(value) : value]]
        }),
      ),
    )
    .toSorted((a, b) => (String(a['x_EventId']) < String(b['x_EventId']) ? -1 : 1))

export const fromCsv = (text: string): Charge[] => parse(text, { columns: true })
export const fromNdjson = (text: string): Charge[] =>
  text.split('\n').flatMap(line => (line ? [JSON.parse(line) as Charge] : []))

export const billed = (rows: readonly Charge[]): Amounts =>
  rows.reduce<Amounts>(
    (sums, { BillingCurrency, BilledCost }) => addAmount(sums, BillingCurrency, BilledCost),
    {},
  )
