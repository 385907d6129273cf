import { contextOf } from '../connect/context.ts'
import type { Context, Source } from '../connector.ts'
import { connectWay } from '../pipeline/connect-way.ts'
import { claimsOf, mainWay } from '../pipeline/link.ts'
import { announce } from '../runtime/presence.ts'
import { stopOnSignals } from '../runtime/stop.ts'
import { acquireAll } from '../state/leases.ts'
import { EXIT } from './exit-code.ts'
import type { Brought } from './command-table.ts'
import type { LinkCall } from './link-commands.ts'

/** A command that the connector brings. */
export async function own(
  { command, part }: Brought,
  { link, host, board, options, terminal }: LinkCall,
): Promise<number> {
  const { source, sink } = mainWay(link)
  const stopping = stopOnSignals(host.log)
  const side = host.side(link, part)
  const deliver = async (read: (context: Context) => ReturnType<Source['read']>): Promise<void> => {
    const way = { source: { ...source, connector: { ...source.connector, read } }, sink }
    const presence = await announce(host.data.directory, link.presence, board.of(link.name))
    try {
      const lease = await acquireAll(host.store(), link.name, claimsOf(link))
      try {
        const { stop, abandon } = stopping
        const status = board.cell(link.name)
        await connectWay(link, way, host, { status, stop, abandon, restart: false, lease })
        if (!stop.aborted) lease.lost.throwIfAborted()
      } finally {
        await lease.release()
      }
    } finally {
      await presence.close()
    }
  }
  try {
    const context = contextOf(side, stopping.stop)
    const code = await command.run({ context, options, terminal, deliver })
    return stopping.stop.aborted ? EXIT.ok : (code ?? EXIT.ok)
  } catch (error) {
    // It was told to stop: what breaks off because of that is no failure.
    if (stopping.stop.aborted) return EXIT.ok
    throw error
  } finally {
    stopping.end()
  }
}
