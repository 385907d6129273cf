import type { CloudEvent } from '@billow/core'

/** Throws an `Error` with what is wrong, unless it is as it must be. */
export function must(holds: boolean, wrong: string): asserts holds {
  if (!holds) throw new Error(wrong)
}

/** What a promise rejects with; nothing where it resolves. */
export async function errorOf(work: Promise<unknown>): Promise<Error | undefined> {
  try {
    await work
    return undefined
  } catch (error) {
    return error instanceof Error ? error : new Error(`no Error was thrown, but ${String(error)}`)
  }
}

/** What names an event: the specification wants source and id together to be unique. */
export const nameOf = ({ source, id }: Pick<CloudEvent, 'source' | 'id'>): string => `${source} ${id}`

/** Names of a few events, for a message. */
export function some(names: Iterable<string>): string {
  const all = [...names]
  const more = all.length > 3 ? ` and ${all.length - 3} more` : ''
  return `${all.slice(0, 3).join(', ')}${more}`
}
