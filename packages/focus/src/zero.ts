import type { Charge } from './charge.ts'
import { COLUMN_NAMES, COLUMNS } from './columns.ts'

/** What somebody might sum: costs and quantities. Prices are not. */
const FIGURES = COLUMN_NAMES.filter(name => COLUMNS[name].type === 'Decimal' && !name.endsWith('UnitPrice'))

/** A charge without any cost or quantity, all else unchanged: what is left of a row that the provider took back. */
export function withoutFigures(charge: Charge): Charge {
  const zeros = FIGURES.filter(name => charge[name] !== null).map(name => [name, '0'])
  return { ...charge, ...Object.fromEntries(zeros) }
}
