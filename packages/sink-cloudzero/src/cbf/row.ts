import { decimalOf, Refused } from '@billow/core'
import type { Charge } from '@billow/focus'
import { CBF_COLUMNS, type CbfColumn, type CbfColumnName } from './columns.ts'
import type { CloudzeroConfig } from '../config.ts'
import { lineType } from './line-type.ts'
import { resourceId } from './resource-id.ts'
import { hourOf } from './hour.ts'
import { tagColumns, tagsIn } from './tag-columns.ts'

/** A row of Common Bill Format: text by column, plain decimals among it. */
export type CbfRow = Readonly<Record<string, string>>

/**
 * From a charge to a row of Common Bill Format. `id` is that of the event, and becomes `lineitem/id`.
 * The row throws `Refused` where an amount is no decimal number, or no day can be found.
 */
export function cbfRows({ columns, tags }: Pick<CloudzeroConfig, 'columns' | 'tags'>) {
  const filled = Object.entries<CbfColumn>(CBF_COLUMNS).map(([name, { kind }]) => {
    const wanted = columns[name as CbfColumnName]
    return { name, kind, origins: typeof wanted === 'string' ? [wanted] : wanted }
  })

  return (charge: Charge, id: string): CbfRow => {
    const given = tagsIn(charge)
    const tagged = tagColumns(given, tags)
    const row: Record<string, string> = {
      'lineitem/id': id,
      'lineitem/type': lineType(charge),
      'time/usage_start': hourOf(charge),
    }
    for (const { name, kind, origins } of filled) {
      const [origin, text] = firstOf(origins, charge, given) ?? []
      const value = text === undefined ? undefined : valueOf(text, kind, origin)
      if (value !== undefined) row[name] = value
    }
    // CloudZero takes no quantity below zero; a unit alone says nothing.
    if (row['usage/amount'] === undefined) delete row['usage/units']
    if (row['cost/cost'] === undefined)
      throw new Refused('nothing fills cost/cost, without which there is no row')
    const resource = resourceId(row['resource/id'], charge, tagged)
    if (resource !== undefined) row['resource/id'] = resource
    return { ...row, ...tagged }
  }
}

/** The first origin that says something, with what it says. */
function firstOf(
  origins: readonly string[],
  charge: Charge,
  tags: Readonly<Record<string, string>>,
): readonly [origin: string, text: string] | undefined {
  for (const origin of origins) {
    const text = origin.startsWith('tag:') ? tags[origin.slice(4)] : charge[origin as keyof Charge]
    if (text) return [origin, text]
  }
  return undefined
}

function valueOf(text: string, kind: CbfColumn['kind'], origin = ''): string | undefined {
  if (kind === 'text') return text
  const decimal = decimalOf(text)
  if (decimal === undefined) {
    throw new Refused(`${origin}: found "${text.slice(0, 40)}", a decimal number is needed`)
  }
  return kind === 'quantity' && decimal.startsWith('-') ? undefined : decimal
}
