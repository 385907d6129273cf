import { type Amounts, addAmount, digits, parseJson } from '@billow/core'

/** What one cloud's events add up to, by currency. An id that came before counts once. */
export interface Tally {
  readonly cloud: string
  events: number
  repeats: number
  amounts: Amounts
  first: string[]
}

interface Event {
  readonly id: string
  readonly source: string
  readonly data: Readonly<Record<string, unknown>>
}

const FIRST_EVENTS = 2

export function createTallies(): { add(line: string): Tally; readonly all: ReadonlyMap<string, Tally> } {
  const all = new Map<string, Tally>()
  const seen = new Set<string>()
  return {
    all,
    add(line) {
      const event = parseJson(line) as Event
      const cloud = event.source
      const tally = all.get(cloud) ?? { cloud, events: 0, repeats: 0, amounts: {}, first: [] }
      all.set(cloud, tally)
      if (seen.has(event.id)) {
        tally.repeats += 1
        return tally
      }
      seen.add(event.id)
      const { amount, currency } = amountOf(event)
      tally.events += 1
      tally.amounts = addAmount(tally.amounts, currency, amount)
      if (tally.first.length < FIRST_EVENTS) tally.first.push(line)
      return tally
    },
  }
}

/** The figure to sum: AWS's unblended cost, Alibaba Cloud's amount before tax. */
function amountOf({ source, data }: Event): { amount: string; currency: string } {
  if (source === 'cloud.aws.billing') {
    const { amount, unit } = data['unblendedCost'] as { amount: string; unit: string }
    return { amount, currency: unit }
  }
  return { amount: digits(data['PretaxAmount']) ?? '0', currency: String(data['Currency']) }
}
