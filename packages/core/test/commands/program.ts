import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { type AnyConnector, main } from '../../src/index.ts'

/** A connector's program within this process, with one data directory for all of its commands. */
export function programIn(connector: AnyConnector) {
  const folder = mkdtempSync(join(tmpdir(), 'billow-'))
  const file = join(folder, 'config.yml')
  return {
    file,
    configure: (text: string): void => writeFileSync(file, text),
    async command(...argv: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
      const said = { stdout: '', stderr: '' }
      const stream = (name: keyof typeof said) =>
        new PassThrough().setEncoding('utf8').on('data', (text: string) => {
          said[name] += text
        })
      const env = { CONNECTOR_CONFIG: file, BILLOW_DATA_DIR: folder }
      const streams = { stdin: new PassThrough(), stdout: stream('stdout'), stderr: stream('stderr') }
      const code = await main(connector, { argv, env, streams })
      await new Promise(resolve => setImmediate(resolve))
      return { code, ...said }
    },
  }
}
