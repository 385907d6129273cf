import { Refused } from '@billow/core'
import { CHARGE_TYPE } from '../charge.ts'
import { COLUMNS, isColumn } from '../columns.ts'
import type { Draft } from '../draft.ts'
import { amountOf, dataOf } from '../fields.ts'
import type { Mapping } from '../registry.ts'

/** An event whose data is a charge already. Which event it is in, and what that replaces, the event itself says. */
export const passedThrough: Mapping = {
  type: CHARGE_TYPE,
  supports: [],
  draft: event => {
    const { x_EventSource, x_EventId, x_Revision, x_Replaces, ...data } = dataOf(event)
    for (const [name, value] of Object.entries(data)) {
      if (!isColumn(name) && !name.startsWith('x_')) {
        throw new Refused(`data.${name} is no column of FOCUS 1.2; columns of your own begin with x_`)
      }
      if (value !== null && typeof value !== 'string') {
        throw new Refused(
          `data.${name}: found a ${typeof value}, a text or null is needed; amounts are decimal text`,
        )
      }
      if (value && isColumn(name) && COLUMNS[name].type === 'Decimal') amountOf(value, `data.${name}`)
    }
    return data as Draft
  },
}
