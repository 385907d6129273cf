import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { main, type Sink, type Source } from '@billow/core'
import { data } from '../subject.ts'

/** Runs a connector's program as its image would, with its state on the disk. */
export async function runBillow(connector: Source | Sink, config: object): Promise<void> {
  const file = join(data, 'config.yml')
  writeFileSync(file, JSON.stringify(config))
  const { stdin, stdout, stderr } = process
  process.exitCode = await main(connector, {
    argv: ['run', '--config', file],
    env: { BILLOW_DATA_DIR: data },
    streams: { stdin, stdout, stderr },
  })
}
