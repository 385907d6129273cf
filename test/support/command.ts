import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { type AnyConnector, main } from '@billow/core'

/** Runs a command of a connector's program within this process, with a configuration file of this text. */
export async function runCommand(
  connector: AnyConnector,
  argv: readonly string[],
  config: string,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'billow-'))
  const file = join(folder, 'config.yml')
  writeFileSync(file, config)
  const said = { stdout: '', stderr: '' }
  const stream = (name: keyof typeof said) =>
    new PassThrough().setEncoding('utf8').on('data', (text: string) => {
      said[name] += text
    })
  const env = { CONNECTOR_CONFIG: file, BILLOW_DATA_DIR: folder }
  const streams = { stdin: new PassThrough(), stdout: stream('stdout'), stderr: stream('stderr') }
  const code = await main(connector, { argv, env, streams })
  await new Promise(resolve => setImmediate(resolve))
  return { code, ...said, stderr: said.stderr.replaceAll(`${file}:`, 'config.yml:') }
}
