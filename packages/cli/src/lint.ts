import { ConfigError } from '@billow/core'
import { EXIT, type Load } from '@billow/core/program'
import type { Call } from './call.ts'

/** `lint`: says what is wrong with a file. Its packages are loaded; no state is opened, and nobody is asked anything. */
export async function lint(load: Load, file: string, { terminal, json }: Call): Promise<number> {
  try {
    const { links } = await load()
    const names = links.map(({ name }) => name)
    if (json) terminal.print(JSON.stringify({ ok: true, file, connectors: names, faults: [] }))
    else terminal.print(`${file} is right: ${names.join(', ')}`)
    return EXIT.ok
  } catch (error) {
    if (!json || !(error instanceof ConfigError)) throw error
    terminal.print(JSON.stringify({ ok: false, file, faults: error.faults }))
    return EXIT.config
  }
}
