import { readFileSync } from 'node:fs'
import { ConfigError } from '@billow/core'

const PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EISDIR: 'is a directory',
  EACCES: 'may not be read by this user',
}

/** The text of a pipeline file. */
export function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException
    throw new ConfigError(
      `${file}: the file ${PROBLEMS[code] ?? `cannot be read (${code})`}, allowed is a readable YAML file`,
    )
  }
}
