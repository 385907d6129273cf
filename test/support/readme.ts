import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** Runs the first example of a package's README: what it prints, and what the README says that it prints. */
export async function firstExample(folder: string): Promise<{ printed: string; told: string | undefined }> {
  const readme = await readFile(join(folder, 'README.md'), 'utf8')
  const [, code = ''] = /```ts\n(.*?)```/s.exec(readme) ?? []
  const [, told] = /It prints\n\n```\n(.*?)```/s.exec(readme) ?? []
  const node = ['--input-type=module-typescript', '--conditions=billow-source', '--eval', code]
  const { stdout } = await promisify(execFile)(process.execPath, node, { cwd: folder })
  return { printed: stdout, told }
}
