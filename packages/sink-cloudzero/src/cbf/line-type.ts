import type { Charge } from '@billow/focus'

/** `lineitem/type` of a charge, by its category and by what it has to do with a commitment. */
export function lineType(charge: Charge): string {
  const { ChargeCategory, ChargeFrequency, CommitmentDiscountId, CommitmentDiscountStatus } = charge
  if (ChargeCategory === 'Usage')
    return CommitmentDiscountStatus === 'Unused' ? 'CommittedUseVacancy' : 'Usage'
  if (ChargeCategory !== 'Purchase') return ChargeCategory
  if (CommitmentDiscountId !== null) {
    return ChargeFrequency === 'Recurring' ? 'CommittedUseRecurringFee' : 'CommittedUsePurchase'
  }
  return charge.ServiceSubcategory === 'Support' ? 'Support' : 'Purchase'
}
