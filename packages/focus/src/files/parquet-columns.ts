import { BillowError, decimalOf } from '@billow/core'
import type { ParquetWriter } from 'hyparquet-writer'
import { COLUMNS, type Column, type ColumnName, type DataType } from '../columns.ts'

type Element = ConstructorParameters<typeof ParquetWriter>[0]['schema'][number]

/** A column of a Parquet file: what it is declared as, and what its writer takes for a text. */
export interface ParquetColumn {
  readonly name: string
  readonly element: Element
  readonly value: (text: string) => string | bigint
}

/**
 * DECIMAL(38, 20): the most digits that readers commonly take. Twenty behind the point hold a rate of ten times a
 * quantity of ten, as AWS gives them; eighteen are left for the amount.
 */
const PRECISION = 38
const SCALE = 20

const TEXT: Partial<Element> = {
  type: 'BYTE_ARRAY',
  converted_type: 'UTF8',
  logical_type: { type: 'STRING' },
}

/** JSON is text too: as a type of its own it would be written anew, and not all readers know it. */
const ELEMENTS: Readonly<Record<DataType, Partial<Element>>> = {
  String: TEXT,
  JSON: TEXT,
  Decimal: {
    type: 'FIXED_LEN_BYTE_ARRAY',
    type_length: 16,
    converted_type: 'DECIMAL',
    logical_type: { type: 'DECIMAL', precision: PRECISION, scale: SCALE },
    precision: PRECISION,
    scale: SCALE,
  },
  'Date/Time': {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
  },
}

/** A column of FOCUS by its type, any other one as text. */
export function parquetColumn(name: string): ParquetColumn {
  const { type, level, nullable }: Column = COLUMNS[name as ColumnName] ?? {
    type: 'String',
    level: 'Conditional',
    nullable: true,
  }
  const required = !nullable && level !== 'Conditional'
  const element = { name, repetition_type: required ? 'REQUIRED' : 'OPTIONAL', ...ELEMENTS[type] } as Element
  if (type === 'Decimal') return { name, element, value: text => unscaled(text, name) }
  if (type === 'Date/Time') return { name, element, value: text => millis(text, name) }
  return { name, element, value: text => text }
}

function unscaled(text: string, name: string): bigint {
  const plain = decimalOf(text.replace(/^(-?)0+(?=\d)/, '$1'))
  if (plain === undefined) throw wrong(name, text, 'a decimal number is needed')
  const [, sign, whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(plain) ?? []
  if (fraction.length > SCALE || whole.length > PRECISION - SCALE) {
    const room = `${PRECISION - SCALE} digits before the point and ${SCALE} behind it`
    throw wrong(name, text, `a Parquet file has room for ${room}; CSV and NDJSON keep any number`)
  }
  return BigInt(`${sign}${whole}${fraction.padEnd(SCALE, '0')}`)
}

function millis(text: string, name: string): bigint {
  const time = Date.parse(text)
  if (Number.isNaN(time)) throw wrong(name, text, 'a time such as 2024-08-01T00:00:00Z is needed')
  return BigInt(time)
}

const wrong = (name: string, text: string, what: string): BillowError =>
  new BillowError(`${name}: found "${text.slice(0, 60)}"; ${what}`)
