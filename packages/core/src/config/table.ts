import type { TSchema } from 'typebox'
import { closeSchema } from './join.ts'
import { choicesOf, holdsSecret, type Schema, schemaOf } from './schema.ts'
import { allowed } from './wording.ts'

/** The keys of a config schema as a Markdown table: Name, Required, Default, Description. Nested keys are dotted. */
export function configTable(schema: TSchema): string {
  const rows = rowsOf(closeSchema(schemaOf(schema)), { path: '', required: 'YES' })
  const head = ['| Name | Required | Default | Description |', '| :--- | :---: | :--- | :--- |']
  return [...head, ...rows.map(row => `| ${row.map(escapeCell).join(' | ')} |`), ''].join('\n')
}

type Row = readonly [name: string, required: string, byDefault: string, description: string]

function rowsOf(
  schema: Schema,
  parent: { readonly path: string; readonly required: string },
): readonly Row[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, value]): readonly Row[] => {
    const path = parent.path ? `${parent.path}.${name}` : name
    const needed = schema.required?.includes(name) && value.default === undefined
    const required = needed ? parent.required : 'NO'
    if (!value.properties) return [[path, required, defaultOf(value), describe(value)]]
    return rowsOf(value, { path, required: required === 'NO' ? `with \`${path}\`` : required })
  })
}

const defaultOf = ({ default: value }: Schema) =>
  value === undefined ? '' : `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``

function describe(schema: Schema): string {
  const limits =
    choicesOf(schema) || schema.minimum !== undefined || schema.maximum !== undefined || schema.allowed
  const spellings = schema.aliases?.map(alias => `\`${alias}\``).join(', ')
  return [
    schema.description ?? '',
    limits ? `(${allowed(schema)})` : '',
    holdsSecret(schema) ? '(secret)' : '',
    spellings ? `(also ${spellings})` : '',
  ]
    .filter(Boolean)
    .join(' ')
}

const escapeCell = (text: string) => text.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ')
