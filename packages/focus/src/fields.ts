import { Refused } from '@billow/core'
import { amountText } from './decimal.ts'

export type Data = Readonly<Record<string, unknown>>

/** The data of an event, which must be an object. Throws `Refused`, as all here do, naming what was found. */
export function dataOf(event: { readonly type: string; readonly data?: unknown }): Data {
  const { data, type } = event
  if (typeof data === 'object' && data !== null && !Array.isArray(data)) return data as Data
  throw new Refused(`an event of type ${type} has no object in data`)
}

/** Text, or null where there is none. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null
}

/** A billing day such as `2024-08-01`. */
export function dayOf(value: unknown, where: string): string {
  if (typeof value === 'string' && isDay(value)) return value
  throw new Refused(`${where}: found ${shown(value)}, a day such as 2024-08-01 is needed`)
}

/** A number, as decimal text. */
export function amountOf(value: unknown, where: string): string {
  const amount = amountText(value)
  if (amount !== undefined) return amount
  throw new Refused(`${where}: found ${shown(value)}, a decimal number is needed`)
}

/** A number where there is one. */
export const amountOrNull = (value: unknown): string | null => amountText(value) ?? null

/** Whether it is a day of the calendar, such as `2024-08-01`. */
export function isDay(text: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN
  // Of a day that the calendar does not have, JavaScript makes another one.
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}

const shown = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 60)
