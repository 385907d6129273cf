import type { Terminal } from '../command.ts'
import type { DeadLetter } from '../dead-letters/dead-letter.ts'
import { openDeadLetters } from '../dead-letters/store.ts'
import { UsageError } from '../errors.ts'
import { stringifyJson } from '../json.ts'
import { discard } from './discard.ts'
import { EXIT } from './exit-code.ts'
import type { LinkCall } from './link-commands.ts'
import { printLetters } from './print-letters.ts'

/** `dead-letters`: what was refused for good and is kept. There may be many: the events are never all in memory. */
export async function deadLetters(call: LinkCall): Promise<number> {
  const { link, host, options, terminal } = call
  if (options['discard'] === true) return discard(call)
  const stray = ['id', 'all', 'yes'].find(name => options[name] !== undefined)
  if (stray) throw new UsageError(`dead-letters: --${stray} goes with --discard`)
  const letters = openDeadLetters(host.side(link, link.part).state).list()
  if (options['json'] === true) await printJson(letters, terminal)
  else await printLetters(letters, terminal)
  return EXIT.ok
}

/** One object over several lines, a letter each. */
async function printJson(letters: AsyncIterable<DeadLetter>, terminal: Terminal): Promise<void> {
  terminal.print('{"deadLetters":[')
  let before: string | undefined
  for await (const letter of letters) {
    if (before !== undefined) terminal.print(`${before},`)
    before = stringifyJson(publicLetter(letter))
  }
  if (before !== undefined) terminal.print(before)
  terminal.print(']}')
}

/** A letter as JSON: what names the event, why it is here, and the event whole. */
function publicLetter({ event, time, status, reason, replacedBy }: DeadLetter): Record<string, unknown> {
  const { id, source, type } = event
  return { id, source, type, time, status, reason, replacedBy, event }
}
