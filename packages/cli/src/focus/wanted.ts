import { type Span, UsageError } from '@billow/core'
import { parseSpan } from '@billow/core/program'
import { FOCUS_EXPORT } from '../commands.ts'

const FORMATS = ['csv', 'ndjson', 'parquet'] as const
export type Format = (typeof FORMATS)[number]

/** What the command line asks for. */
export interface Wanted {
  readonly span: Span
  readonly format: Format
  /** The file; stdout where there is none. */
  readonly out: string | undefined
}

export function wantedOf(
  options: Readonly<Record<string, string | boolean | undefined>>,
  stdout: { readonly isTTY?: boolean },
): Wanted {
  const span = parseSpan(FOCUS_EXPORT, options)
  const out = typeof options['out'] === 'string' ? options['out'] : undefined
  const format = formatOf(options['format'], out)
  if (format === 'parquet' && out === undefined && stdout.isTTY)
    throw new UsageError(`${FOCUS_EXPORT}: Parquet is nothing to look at; give --out FILE`)
  return { span, format, out }
}

function formatOf(given: string | boolean | undefined, out = ''): Format {
  const [, ending = ''] = /\.(\w+)$/.exec(out.toLowerCase()) ?? []
  const name = given ?? (ending === 'jsonl' ? 'ndjson' : ending)
  const format = FORMATS.find(format => format === name)
  if (format) return format
  if (given === undefined) return 'csv'
  throw new UsageError(`--format: found "${String(given)}"; give ${FORMATS.join(', ')}`)
}
