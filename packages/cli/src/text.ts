import { ConfigError } from '@billow/core'
import { LIMIT_TEXT, readTextFile } from '@billow/core/program'

/** The text of a pipeline file. */
export function textOf(file: string): string {
  const read = readTextFile(file)
  if ('problem' in read)
    throw new ConfigError(
      `${file}: the file ${read.problem}, allowed is a readable YAML file of at most ${LIMIT_TEXT}`,
    )
  return read.text
}
