import { createHash } from 'node:crypto'
import type { CbfRow } from '../cbf/row.ts'
import { dayOf } from '../cbf/hour.ts'
import type { Slot } from '../kept/slots.ts'

/** The id of the row that stands for a slot without any: the same whenever it is asked for. */
export function fillerId({ currency, hour }: Slot): string {
  const hex = createHash('sha256').update(`billow nothing ${currency} ${hour}`).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  )
}

/** CloudZero cannot be told that an hour has no rows any more: one that costs nothing takes their place. */
export const fillerRow = (slot: Slot): CbfRow => ({
  'lineitem/id': fillerId(slot),
  'lineitem/type': 'Adjustment',
  'lineitem/description': `Nothing is charged for ${dayOf(slot.hour)} any more`,
  'time/usage_start': slot.hour,
  'cost/cost': '0',
})
