import { type Schema, scalarTypes } from './schema.ts'

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i

/** A text from a variable or a file as what the schema wants: `8080` where only a number may stand becomes one. */
export function convert(text: string, schema: Schema | undefined): string | number | boolean {
  const types = scalarTypes(schema)
  const word = text.trim()
  if (types.length === 0 || types.includes('string')) return text
  if (types.includes('boolean') && /^(?:true|false)$/i.test(word)) return word.toLowerCase() === 'true'
  if ((types.includes('integer') || types.includes('number')) && NUMBER.test(word)) return Number(word)
  return text
}
