import type { AnyConnector } from '@billow/core'
import { programIn } from '../../packages/core/test/commands/program.ts'

/** Runs a command of a connector's program within this process, with a configuration file of this text. */
export async function runCommand(
  connector: AnyConnector,
  argv: readonly string[],
  config: string,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { configure, command, file } = programIn(connector)
  configure(config)
  const said = await command(...argv)
  return { ...said, stderr: said.stderr.replaceAll(`${file}:`, 'config.yml:') }
}
