import type { DeadLetter } from '../dead-letters/dead-letter.ts'
import { openDeadLetters } from '../dead-letters/store.ts'
import { stopOnSignals } from '../runtime/stop.ts'
import { batchesOf, lettersOf, select, unknownLetter, wantedId } from './chosen-letters.ts'
import { EXIT } from './exit-code.ts'
import type { LinkCall } from './link-commands.ts'
import { printLetters } from './print-letters.ts'

/**
 * `dead-letters --discard`: gives letters up for good, once somebody said yes. Like `replay` it may run beside the
 * connector; what is refused while the question stands was not shown, and stays.
 */
export async function discard({ link, host, options, terminal }: LinkCall): Promise<number> {
  const id = wantedId('dead-letters --discard', options)
  const letters = openDeadLetters(host.side(link, link.part).state)
  const json = options['json'] === true
  const shown = new Set<string>()
  async function* showing(): AsyncGenerator<DeadLetter> {
    for await (const letter of select(letters, id)) {
      shown.add(nameOf(letter))
      yield letter
    }
  }
  if (json) await Array.fromAsync(showing(), () => undefined)
  else await printLetters(showing(), terminal)
  if (id !== undefined && shown.size === 0) throw unknownLetter('dead-letters --discard', id)
  const stopping = stopOnSignals(host.log)
  try {
    const { stop } = stopping
    const question = `Discard ${lettersOf(shown.size)}, never to be sent?`
    const asked = shown.size > 0 && !options['yes']
    if (asked && !(await terminal.confirm(question, { flag: '--yes', signal: stop }))) return EXIT.failed
    let discarded = 0
    for await (const events of batchesOf(among(select(letters, id), shown))) {
      if (stop.aborted) break
      await letters.remove(events)
      discarded += events.length
    }
    if (json) terminal.print(JSON.stringify({ chosen: shown.size, discarded }))
    else if (shown.size > 0) terminal.print(`Discarded ${discarded} of ${lettersOf(shown.size)}.`)
    return discarded === shown.size ? EXIT.ok : EXIT.failed
  } finally {
    stopping.end()
  }
}

async function* among(
  letters: AsyncIterable<DeadLetter>,
  shown: ReadonlySet<string>,
): AsyncGenerator<DeadLetter> {
  for await (const letter of letters) if (shown.has(nameOf(letter))) yield letter
}

const nameOf = ({ event: { source, id }, time }: DeadLetter): string => JSON.stringify([source, id, time])
