import type { Terminal } from '../command.ts'
import type { DeadLetter } from '../dead-letters/dead-letter.ts'
import { formatTable } from './table.ts'

/** As a table, or that there are none. */
export async function printLetters(letters: AsyncIterable<DeadLetter>, terminal: Terminal): Promise<void> {
  const lines: string[][] = []
  for await (const letter of letters) lines.push(line(letter))
  if (lines.length === 0) terminal.print('No dead letters: no event is kept as refused.')
  else terminal.print(formatTable(HEAD, lines))
}

const HEAD = ['id', 'source', 'type', 'time', 'status', 'reason', 'replaced by']

function line({ event, time, status, reason, replacedBy }: DeadLetter): string[] {
  return [event.id, event.source, event.type, time, status, reason, replacedBy].map(cell)
}

/** An event may be here because it is no proper one: nothing in it may be obeyed by a terminal. */
const cell = (value: string | number | undefined): string =>
  String(value ?? '').replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ')
