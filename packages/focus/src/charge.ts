import type { COLUMNS, Column, ColumnName } from './columns.ts'

/**
 * A FOCUS 1.2 row. Every column is there, null where there is nothing to say; amounts and quantities are decimal text
 * with the provider's digits, dates are UTC (`2024-08-01T00:00:00Z`, ends exclusive), `Tags` and `SkuPriceDetails` are
 * the JSON text of an object. Columns of our own begin with `x_`.
 */
export type Charge = {
  readonly [C in ColumnName]: MayBeNull<(typeof COLUMNS)[C]> extends true ? string | null : string
} & { readonly [custom: `x_${string}`]: string | null }

/** What its provider does not have leaves a conditional column null, even one that has a value in each row elsewhere. */
type MayBeNull<C extends Column> = C['level'] extends 'Conditional' ? true : C['nullable']

/** The type of an event whose data is a charge. */
export const CHARGE_TYPE = 'io.billow.charge.v1'
