import { resolve } from 'node:path'
import { LIMIT_TEXT, readTextFile } from './text-file.ts'
import { showableName, showablePath } from './wording.ts'

/** What `${…}` is looked up in. Nothing is read from the process. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  /** The directory that relative paths of `${file:…}` start from. */
  readonly directory: string
}

interface Interpolated {
  readonly text: string
  /** What stood for what, for messages: `${HOUR}` and its value. */
  readonly references: readonly { readonly shown: string; readonly value: string }[]
  /** One for each that could not be resolved, in words that follow `key: `. */
  readonly problems: readonly string[]
}

const REFERENCE =
  /(?<escape>\$\$\{)|\$\{(?:(?<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?<fallback>[^}]*))?|file:(?<path>[^}]+))\}|\$\{/g

/**
 * Replaces `${NAME}`, `${NAME:-default}` (where NAME is unset or empty) and `${file:path}` (without the line breaks at
 * its end). `$${` stands for `${`. All other text stays as it is, and what was put in is not looked at again.
 */
export function interpolate(text: string, surroundings: Surroundings): Interpolated {
  const references: { shown: string; value: string }[] = []
  const problems: string[] = []
  const replaced = text.replaceAll(REFERENCE, (...match) => {
    const groups: Groups = match.at(-1)
    if (groups.escape !== undefined) return '${'
    const result = lookUp(groups, surroundings)
    if ('problem' in result) {
      problems.push(result.problem)
      return ''
    }
    references.push(result)
    return result.value
  })
  return { text: replaced, references, problems }
}

type Groups = Partial<Record<'escape' | 'name' | 'fallback' | 'path', string>>
type Result = { readonly shown: string; readonly value: string } | { readonly problem: string }

function lookUp({ name, fallback, path }: Groups, { env, directory }: Surroundings): Result {
  if (name !== undefined) {
    const shown = showableName(name) ? `\${${name}}` : 'a variable'
    const value = fallback === undefined ? env[name] : env[name] || fallback
    if (value !== undefined) return { shown, value }
    return { problem: `found ${shown}, which is not set; set it, or give a default, as in \${NAME:-default}` }
  }
  if (path !== undefined) {
    const shown = showablePath(path) ? `\${file:${path}}` : 'a file'
    const file = readTextFile(resolve(directory, path))
    if ('text' in file) return { shown, value: file.text.replace(/[\r\n]+$/, '') }
    return {
      problem: `found ${shown}, which ${file.problem}, allowed is a readable text file of at most ${LIMIT_TEXT}`,
    }
  }
  return {
    problem:
      'found ${ without a meaning, allowed is ${NAME}, ${NAME:-default} or ${file:path}; for the characters themselves write $${',
  }
}
