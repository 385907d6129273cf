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
