import { type Amounts, addAmount, parseJson } from '@billow/core'
import { request } from 'undici'
import type { Tally } from './tally.ts'

/** What a simulator billed: how many rows it has nothing to do with, only what they add up to. */
export interface Bill {
  readonly cloud: string
  readonly amounts: Amounts
}

/** Asks a simulator what it billed for the days `from` to `to`, both included. */
export async function billedBy(cloud: string, url: string, from: string, to: string): Promise<Bill> {
  const { body } = await request(`${url}/_simulator/billed?from=${from}&to=${to}`)
  const { billed } = parseJson(await body.text()) as { billed: { currency: string; amount: string }[] }
  return {
    cloud,
    amounts: billed.reduce<Amounts>((sums, row) => addAmount(sums, row.currency, row.amount), {}),
  }
}

/** A line for each cloud and currency where the sums differ. */
export function compare(bills: readonly Bill[], tallies: ReadonlyMap<string, Tally>): string[] {
  return bills.flatMap(({ cloud, amounts }) => {
    const received = tallies.get(cloud)?.amounts ?? {}
    return [...new Set([...Object.keys(amounts), ...Object.keys(received)])]
      .filter(currency => amounts[currency] !== received[currency])
      .map(
        currency =>
          `${cloud}: billed ${amounts[currency] ?? 0} ${currency}, received ${received[currency] ?? 0}`,
      )
  })
}

/** The first and the last of the `count` days that are over everywhere. */
export function daysBefore(count: number, now: Date = new Date()): [from: string, to: string] {
  const day = (back: number): string => new Date(now.getTime() - back * 86_400_000).toISOString().slice(0, 10)
  return [day(count), day(1)]
}
