import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import type { Packed } from './pack.ts'
import { run } from './run.ts'
import { TOOLS } from './tools.ts'

/** What publint, with its suggestions, says about a tarball: a line each. */
export async function publintFaults({ tarball }: Packed): Promise<readonly string[]> {
  const bytes = readFileSync(tarball)
  const pack = { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) }
  const { messages, pkg } = await publint({ pack, strict: true })
  return messages.map(message => `publint: ${formatMessage(message, pkg, { color: false })}`)
}

/** Are The Types Wrong, for those who import it as ESM; it throws with what it found. */
export async function checkTypes({ tarball }: Packed): Promise<void> {
  const attw = join(TOOLS, 'node_modules/@arethetypeswrong/cli/dist/index.js')
  await run(process.execPath, [attw, '--profile', 'esm-only', '--format', 'ascii', '--no-color', tarball])
}
