import { dirname, isAbsolute } from 'node:path'
import type { Context } from '../connector.ts'

/** Says with which day an empty ledger begins, and where it is in a file, what it takes to keep it. */
export function sayEmpty(day: string, { log, state }: Pick<Context, 'log' | 'state'>): void {
  const line = 'the ledger is empty, and begins with this day'
  // A server keeps it by itself, and the memory, which does not, was warned of when it was opened.
  if (!isAbsolute(state.place)) log.info({ day, state: state.place }, line)
  else
    log.warn(
      { day, state: state.place },
      `${line}. It is in ${dirname(state.place)}: in a container, mount a volume at ${dirname(state.place)}, or use store_config.type: postgres. Without either a restart begins anew: the newest billing day is sent again with the same ids, and days missed while it was down are not found`,
    )
}
