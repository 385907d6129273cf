import { Refused } from '@billow/core'
import { type Charge, tagsOf } from '@billow/focus'

const NOT_ALLOWED = /[^A-Za-z0-9_.:/=+\-@]/gu

/** The tags of a charge. Throws `Refused` where they are not the JSON text of an object of texts. */
export function tagsIn(charge: Charge): Readonly<Record<string, string>> {
  let tags: unknown
  try {
    tags = tagsOf(charge)
  } catch {
    tags = undefined
  }
  const right = typeof tags === 'object' && tags !== null && !Array.isArray(tags)
  if (!right) throw new Refused('Tags: found a text that is no JSON object')
  return Object.fromEntries(
    Object.entries(tags as object).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  )
}

/**
 * Tags as columns. A character that CloudZero does not take in a key becomes `_`; where two keys would so become one, the
 * later has a number behind it.
 */
export function tagColumns(
  tags: Readonly<Record<string, string>>,
  wanted: boolean | readonly string[],
): Readonly<Record<string, string>> {
  if (wanted === false) return {}
  const columns: Record<string, string> = {}
  // Keys that stay as they are come first, so that none of them gets a number.
  const keys = Object.keys(tags)
    .filter(key => key !== '' && (wanted === true || wanted.includes(key)))
    .sort((a, b) => Number(clean(a) !== a) - Number(clean(b) !== b) || (a < b ? -1 : 1))
  for (const key of keys) {
    let column = `resource/tag:${clean(key)}`
    for (let n = 2; Object.hasOwn(columns, column); n += 1) column = `resource/tag:${clean(key)}_${n}`
    columns[column] = tags[key] as string
  }
  return columns
}

const clean = (key: string): string => key.replaceAll(NOT_ALLOWED, '_')
