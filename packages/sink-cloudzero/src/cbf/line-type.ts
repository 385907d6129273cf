import { Refused } from '@billow/core'
import type { Charge } from '@billow/focus'

/** Categories that have a type of the same name. */
const SAME = ['Tax', 'Credit', 'Adjustment']

/**
 * `lineitem/type` of a charge, by its category and by what it has to do with a commitment. Throws `Refused` for a category
 * that FOCUS does not have: CloudZero would refuse its whole day.
 */
export function lineType(charge: Charge): string {
  const { ChargeCategory, ChargeFrequency, CommitmentDiscountId, CommitmentDiscountStatus } = charge
  if (ChargeCategory === 'Usage')
    return CommitmentDiscountStatus === 'Unused' ? 'CommittedUseVacancy' : 'Usage'
  if (SAME.includes(ChargeCategory)) return ChargeCategory
  if (ChargeCategory !== 'Purchase') {
    throw new Refused(
      `ChargeCategory: found "${ChargeCategory.slice(0, 40)}", allowed is Usage, Purchase, ${SAME.join(', ')}`,
    )
  }
  if (CommitmentDiscountId !== null) {
    return ChargeFrequency === 'Recurring' ? 'CommittedUseRecurringFee' : 'CommittedUsePurchase'
  }
  return charge.ServiceSubcategory === 'Support' ? 'Support' : 'Purchase'
}
