import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** Runs an example of a package's README: what it prints, and what the README says that it prints. */
export async function runExample(
  folder: string,
  number = 1,
): Promise<{ printed: string; told: string | undefined }> {
  const readme = await readFile(join(folder, 'README.md'), 'utf8')
  const nth = (pattern: RegExp) => [...readme.matchAll(pattern)][number - 1]?.[1]
  const code = nth(/```ts\n(.*?)```/gs) ?? ''
  const told = nth(/It prints\n\n```\n(.*?)```/gs)
  const node = ['--input-type=module-typescript', '--conditions=billow-source', '--eval', code]
  const { stdout } = await promisify(execFile)(process.execPath, node, { cwd: folder })
  return { printed: stdout, told }
}
