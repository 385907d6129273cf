import { createFilling } from '../connect/filling.ts'
import type { CloudEvent } from '../connector.ts'
import type { DeadLetter } from '../dead-letters/dead-letter.ts'
import type { DeadLetters } from '../dead-letters/store.ts'
import { BillowError, UsageError } from '../errors.ts'
import type { LinkCall } from './link-commands.ts'

/** The id asked for; nothing for all. */
export function wantedId(
  command: string,
  { id, all, 'dry-run': dry }: LinkCall['options'],
): string | undefined {
  if (typeof id === 'string' && all) throw new UsageError(`${command}: give --id ID or --all, not both`)
  if (typeof id === 'string') return id
  if (!all && !dry) throw new UsageError(`${command}: give --id ID for one dead letter, or --all`)
  return undefined
}

export async function* select(letters: DeadLetters, id: string | undefined): AsyncGenerator<DeadLetter> {
  for await (const letter of letters.list()) if (id === undefined || letter.event.id === id) yield letter
}

export function unknownLetter(command: string, id: string): BillowError {
  return new BillowError(
    `${command}: no dead letter has the id "${id}"; \`dead-letters\` lists those there are`,
  )
}

export async function* batchesOf(letters: AsyncIterable<DeadLetter>): AsyncGenerator<readonly CloudEvent[]> {
  const filling = createFilling()
  for await (const { event } of letters) if (filling.add(event)) yield filling.take().events
  const { events } = filling.take()
  if (events.length > 0) yield events
}

export const lettersOf = (count: number): string => `${count} dead letter${count === 1 ? '' : 's'}`
