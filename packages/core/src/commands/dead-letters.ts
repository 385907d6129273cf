import type { Terminal } from '../command.ts'
import type { DeadLetter } from '../dead-letters/dead-letter.ts'
import { openDeadLetters } from '../dead-letters/store.ts'
import { stringifyJson } from '../json.ts'
import { EXIT } from './exit-code.ts'
import type { LinkCall } from './link-commands.ts'
import { formatTable } from './table.ts'

/** `dead-letters`: what was refused for good and is kept. There may be many: the events are never all in memory. */
export async function listDeadLetters({ link, host, options, terminal }: LinkCall): Promise<number> {
  const letters = openDeadLetters(host.side(link, link.part).state).list()
  if (options['json'] === true) await printJson(letters, terminal)
  else await printTable(letters, terminal)
  return EXIT.ok
}

async function printTable(letters: AsyncIterable<DeadLetter>, terminal: Terminal): Promise<void> {
  const lines: string[][] = []
  for await (const letter of letters) lines.push(line(letter))
  if (lines.length === 0) terminal.print('No dead letters: no event is kept as refused.')
  else terminal.print(formatTable(HEAD, lines))
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

const HEAD = ['id', 'source', 'type', 'time', 'status', 'reason', 'replaced by']

/** A letter as JSON: what names the event, why it is here, and the event whole. */
function publicLetter({ event, time, status, reason, replacedBy }: DeadLetter): Record<string, unknown> {
  const { id, source, type } = event
  return { id, source, type, time, status, reason, replacedBy, event }
}

function line({ event, time, status, reason, replacedBy }: DeadLetter): string[] {
  return [event.id, event.source, event.type, time, status, reason, replacedBy].map(cell)
}

/** An event may be here because it is no proper one: nothing in it may be obeyed by a terminal. */
const cell = (value: string | number | undefined): string =>
  String(value ?? '').replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ')
