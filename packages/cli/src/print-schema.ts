import { EXIT, editorSchema } from '@billow/core/program'
import type { Call } from './call.ts'
import { resolveEntries } from './entries.ts'
import type { Place } from './find.ts'
import { outlineOf } from './outline.ts'
import { pipelineSchema } from './schema.ts'
import { textOf } from './text.ts'

/** `schema`: of any pipeline file, or of this one, with the keys of its connectors. */
export async function printSchema(
  file: string | undefined,
  place: Place,
  { terminal }: Call,
): Promise<number> {
  const outlines = file === undefined ? [] : outlineOf(textOf(file))
  const entries = file === undefined ? [] : await resolveEntries(outlines, place)
  const schema = pipelineSchema(entries.map(({ halves }) => halves))
  terminal.print(JSON.stringify(editorSchema(schema, 'Billow pipeline'), null, 2))
  return EXIT.ok
}
