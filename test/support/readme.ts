import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** Runs one of the examples of a package's README that print: what it prints, and what the README says. */
export async function runExample(
  folder: string,
  number = 1,
): Promise<{ printed: string; told: string | undefined }> {
  const readme = await readFile(join(folder, 'README.md'), 'utf8')
  const examples = readme.matchAll(/```ts\n((?:(?!```)[^])*)```\n\nIt prints\n\n```\n(.*?)```/gs)
  const [, code = '', told] = [...examples][number - 1] ?? []
  const node = ['--input-type=module-typescript', '--conditions=billow-source', '--eval', code]
  const { stdout } = await promisify(execFile)(process.execPath, node, { cwd: folder })
  return { printed: stdout, told }
}
