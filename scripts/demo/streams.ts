import { type Amounts, addAmount, addDecimals, type CloudEvent, daysBetween, parseJson } from '@billow/core'
import { request } from 'undici'
import { figureOf } from './figure.ts'

/** The currencies that have a stream in the demo. */
export const STREAMS = ['USD', 'CNY'] as const

/** What the simulator of CloudZero says of itself. */
export interface AnycostSimulator {
  readonly url: string
  readonly apiKey: string
  /** The ids of its streams. */
  readonly connections: readonly string[]
}

/** Sums by currency, day and service, which JSON of the three names. */
export type Sums = ReadonlyMap<string, string>

/** What the simulators of both clouds billed, as charges count it: AWS's net figure. */
export async function billedSums(urls: readonly string[], from: string, to: string): Promise<Sums> {
  const sums = new Map<string, string>()
  for (const url of urls) {
    for (const { currency, day, name, net } of await read<Billed>(
      `${url}/_simulator/billed?from=${from}&to=${to}`,
      'billed',
    )) {
      add(sums, [currency, day, name], net)
    }
  }
  return sums
}

/** What CloudZero has of the months from `from` to `to`, by stream. */
export async function receivedSums(
  { url, connections }: AnycostSimulator,
  from: string,
  to: string,
): Promise<Sums> {
  const sums = new Map<string, string>()
  for (const [index, currency] of STREAMS.entries()) {
    for (const month of monthsOf(from, to)) {
      const page = `${url}/_simulator/totals?connection=${connections[index]}&month=${month}`
      for (const { day, service, amount } of await read<Total>(page, 'totals')) {
        add(sums, [currency, day, service], amount)
      }
    }
  }
  return sums
}

/** Of what is kept as dead letters, the figures by currency. */
export function refusedSums(text: string): Amounts {
  const { deadLetters } = parseJson(text) as { deadLetters: readonly { event: CloudEvent }[] }
  return deadLetters.reduce<Amounts>((sums, { event }) => {
    const { amount, currency } = figureOf(event)
    return addAmount(sums, currency, amount)
  }, {})
}

/** How a currency compares. */
export interface Compared {
  readonly currency: string
  /** How many pairs of a day and a service there are. */
  readonly pairs: number
  readonly billed: string
  readonly received: string
  /** A line for each pair that differs. */
  readonly differences: readonly string[]
}

export function compareSums(billed: Sums, received: Sums): readonly Compared[] {
  return STREAMS.map(currency => {
    const keys = [...new Set([...billed.keys(), ...received.keys()])].filter(
      key => currencyOf(key) === currency,
    )
    const total = (of: Sums): string => keys.reduce((sum, key) => addDecimals(sum, of.get(key) ?? '0'), '0')
    const differences = keys.flatMap(key => {
      const [ours = '0', theirs = '0'] = [billed.get(key), received.get(key)]
      const [, day, service] = JSON.parse(key) as string[]
      return ours === theirs ? [] : [`${day} ${service}: billed ${ours} ${currency}, CloudZero has ${theirs}`]
    })
    return { currency, pairs: keys.length, billed: total(billed), received: total(received), differences }
  })
}

/** A line for each currency without a stream in which not all that was billed is kept as dead letters. */
export function unlike(billed: Sums, refused: Amounts): readonly string[] {
  const others = [...billed].filter(([key]) => !STREAMS.some(currency => currency === currencyOf(key)))
  const due = others.reduce<Amounts>((sums, [key, amount]) => addAmount(sums, currencyOf(key), amount), {})
  return [...new Set([...Object.keys(due), ...Object.keys(refused)])]
    .filter(currency => due[currency] !== refused[currency])
    .map(
      currency => `${currency}: billed ${due[currency] ?? 0}, kept as dead letters ${refused[currency] ?? 0}`,
    )
}

const currencyOf = (key: string): string => (JSON.parse(key) as [string])[0]

interface Billed {
  readonly currency: string
  readonly day: string
  readonly name: string
  readonly net: string
}

interface Total {
  readonly day: string
  readonly service: string
  readonly amount: string
}

async function read<T>(url: string, key: string): Promise<readonly T[]> {
  const { body } = await request(url)
  return (parseJson(await body.text()) as Record<string, T[]>)[key] ?? []
}

function add(sums: Map<string, string>, names: readonly string[], amount: string): void {
  const key = JSON.stringify(names)
  sums.set(key, addDecimals(sums.get(key) ?? '0', amount))
}

const monthsOf = (from: string, to: string): readonly string[] => [
  ...new Set(daysBetween(from, to).map(day => day.slice(0, 7))),
]
