import { formatTable } from '@billow/core'
import { EXIT } from '@billow/core/program'
import type { Call } from './call.ts'
import { kindOf } from './entries.ts'
import { findConnector, type Place } from './find.ts'
import { candidates } from './installed.ts'
import { type Outline, outlineOf } from './outline.ts'
import { askPipeline } from './presence.ts'
import { textOf } from './text.ts'

/** `list FILE`: its connectors, and their true state where a process runs them. */
export async function listFile(file: string, { env, terminal, json }: Call): Promise<number> {
  const told = await askPipeline(env)
  const connectors = outlineOf(textOf(file)).map(outline => {
    const status = told?.connectors.find(({ name }) => name === outline.name)
    const { state = 'not running', since, reason } = status ?? {}
    return { name: outline.name ?? '', ...endsOf(outline), state, since, reason }
  })
  if (json) terminal.print(JSON.stringify({ file, pid: told?.pid, connectors }))
  else {
    const rows = connectors.map(({ name, source, sink, state, reason }) => [
      name,
      source,
      sink,
      state,
      reason ?? '',
    ])
    terminal.print(formatTable(['name', 'source', 'sink', 'state', ''], rows))
  }
  return EXIT.ok
}

/** What stands at both ends, by package; ours over HTTP where the file names none. */
function endsOf(outline: Outline): { readonly source: string; readonly sink: string } {
  const { source, sink, processor } = outline
  if (kindOf(outline) === 'processor') return { source: `receiver, ${processor}`, sink: 'target' }
  return { source: source ?? 'receiver', sink: sink ?? 'target' }
}

/** `list`: the packages to be found here whose default export is a connector. */
export async function listPackages(place: Place, { terminal, json }: Call): Promise<number> {
  const packages: { name: string; version: string; kind: string }[] = []
  for (const { name, version } of candidates(place)) {
    const found = await findConnector(name, place)
    if (!('connector' in found)) continue
    const [reads, writes] = ['read' in found.connector, 'open' in found.connector]
    packages.push({ name, version, kind: reads && writes ? 'processor' : reads ? 'source' : 'sink' })
  }
  if (json) terminal.print(JSON.stringify({ packages }))
  else if (packages.length === 0)
    terminal.print(`No connector is installed here: npm install one, such as @billow/sink-display.`)
  else {
    const rows = packages.map(({ name, version, kind }) => [name, version, kind])
    terminal.print(formatTable(['package', 'version', 'kind'], rows))
  }
  return EXIT.ok
}
