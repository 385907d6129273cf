import { type CloudEvent, parseJson } from '@billow/core'
import { CHARGE_TYPE } from '@billow/focus'
import { pick, upTo } from '../random.ts'

/** A line of a bill: what names it, whatever it costs today. */
export interface Line {
  readonly kind: 'aws' | 'alibaba' | 'charge'
  readonly currency: string
  /** `YYYY-MM-DD`, the label that the bill gives it. */
  readonly day: string
  /** From 0 to 23, in UTC, where the bill has hours in place of days with labels. */
  readonly hour?: number
  readonly service: string
}

type Described = Pick<CloudEvent, 'source' | 'type' | 'data'>

const EVENTS: Readonly<Record<Line['kind'], (line: Line, amount: string) => Described>> = {
  aws({ currency, day, service }, amount) {
    const cost = { amount, unit: currency }
    const other = { amount: '0.5', unit: currency }
    return {
      source: 'cloud.aws.billing',
      type: 'aws.service.daily',
      data: { date: day, service, netUnblendedCost: cost, netAmortizedCost: cost, unblendedCost: other },
    }
  },
  alibaba: ({ currency, day, service }, amount) => ({
    source: 'cloud.alibaba.billing',
    type: 'alibaba.billing.daily',
    data: {
      BillingDate: day,
      ProductName: service,
      Currency: currency,
      BillAccountID: '1234567890123456',
      SubscriptionType: 'PayAsYouGo',
      // A JSON number with its own digits, which a double may not have.
      PretaxAmount: parseJson(amount),
      PretaxGrossAmount: parseJson(amount),
    },
  }),
  charge: ({ currency, day, hour, service }, amount) => ({
    source: 'acme/billing',
    type: CHARGE_TYPE,
    data: {
      ProviderName: 'Acme',
      BillingAccountId: 'acme-1',
      BillingCurrency: currency,
      BilledCost: amount,
      ServiceName: service,
      ChargeCategory: 'Usage',
      ...periodsOf(day, hour),
      ...(hour === undefined && { x_BillingDate: day }),
    },
  }),
}

/** The event that says what a line costs. */
export const eventOf = (line: Line, amount: string, envelope: object): CloudEvent => ({
  specversion: '1.0',
  ...EVENTS[line.kind](line, amount),
  id: '',
  ...envelope,
})

const HOUR_MS = 3_600_000

function periodsOf(day: string, hour?: number): object {
  const start = Date.parse(`${day}T00:00:00Z`) + (hour ?? 0) * HOUR_MS
  const [year = 0, month = 0] = day.split('-').map(Number)
  const text = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`
  return {
    ChargePeriodStart: text(start),
    ChargePeriodEnd: text(start + (hour === undefined ? 24 : 1) * HOUR_MS),
    BillingPeriodStart: text(Date.UTC(year, month - 1, 1)),
    BillingPeriodEnd: text(Date.UTC(year, month, 1)),
  }
}

const SERVICES: Readonly<Record<Line['kind'], readonly string[]>> = {
  aws: ['Amazon Simple Storage Service', 'EC2 - Other', 'AWS Lambda', 'Tax', 'AWS Support [Business]'],
  alibaba: ['云服务器ECS', '对象存储', 'Object Storage Service', '共享服务'],
  charge: ['Widgets', 'Gadgets / Größe "M"', '对象存储'],
}

const KINDS = ['aws', 'alibaba', 'charge'] as const

export function makeLine(day: string, currency: string, random: () => number): Line {
  const kind = pick(KINDS, random)
  const hour = kind === 'charge' && random() < 0.3 ? { hour: Math.floor(random() * 24) } : {}
  return { kind, currency, day, ...hour, service: pick(SERVICES[kind], random) }
}

/** Decimals as bills have them, and worse: many digits, money back, exponents. Each is a JSON number too. */
export function makeAmount(random: () => number): string {
  const digits = (count: number): string =>
    Array.from({ length: count }, () => Math.floor(random() * 10)).join('')
  const whole = String(Math.floor(random() ** 4 * 100_000))
  const sign = random() < 0.2 ? '-' : ''
  const forms = [
    () => `${whole}.${digits(2)}`,
    () => `${whole}.${digits(upTo(10, random))}`,
    () => `0.${digits(18)}`,
    () => `9007199254740993${digits(3)}.${digits(12)}`,
    () => `${upTo(9, random)}.${digits(2)}E-${upTo(12, random)}`,
    () => `${whole}.${digits(1)}0`,
    () => whole,
  ]
  return sign + pick(forms, random)()
}
