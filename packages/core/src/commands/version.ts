import type { Terminal } from '../command.ts'

/** `--version`: of the program, and with `--json` of Node too. */
export function printVersion(
  { name, version = 'of unknown version' }: { readonly name: string; readonly version?: string | undefined },
  { terminal, json }: { readonly terminal: Terminal; readonly json: boolean },
): void {
  terminal.print(json ? JSON.stringify({ name, version, node: process.version }) : `${name} ${version}`)
}
