export { CHARGE_TYPE, type Charge } from './charge.ts'
export {
  COLUMN_NAMES,
  COLUMNS,
  type Column,
  type ColumnName,
  columnsTable,
  type DataType,
  type FeatureLevel,
} from './columns.ts'
export { type FocusDefaults, focusDefaults } from './defaults.ts'
export { type Draft, fallbacksTable } from './draft.ts'
export { toCsv } from './files/csv.ts'
export { type CustomColumn, EVENT_COLUMNS, type FileOptions } from './files/custom.ts'
export { toNdjson } from './files/ndjson.ts'
export { toParquet } from './files/parquet.ts'
export { AWS_CUR_SUPPORTS, awsCurCharge, type CurRow } from './mappings/aws-cur.ts'
export { isDay } from './fields.ts'
export { dayPeriods } from './period.ts'
export { type ChargesOptions, charges, MAPPINGS, type Mapping, type Said } from './registry.ts'
export { SUBCATEGORIES, type ServiceCategory, type ServiceSubcategory } from './services/subcategories.ts'
export { tagsOf } from './tags.ts'
export { type WithFocusOptions, withFocus } from './with-focus.ts'
