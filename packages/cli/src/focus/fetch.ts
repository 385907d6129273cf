import type { BillDay, StateStore, Terminal } from '@billow/core'
import type { Bill } from './bills.ts'

/** A bill whose days can all be read. */
export interface ReadBill extends Bill {
  /** All days that were asked for, oldest first. */
  readonly all: readonly BillDay[]
}

/** Days that could not be read. */
export interface Failure {
  readonly name: string
  readonly days: readonly string[]
  readonly error: unknown
}

/** Fetches what no ledger keeps. The first that fails ends it: no more requests are paid for what will not be written. */
export async function fetchMissing(
  bills: readonly Bill[],
  scratch: () => StateStore,
  { signal, terminal }: { readonly signal: AbortSignal; readonly terminal: Terminal },
): Promise<{ readonly bills: readonly ReadBill[]; readonly failure?: Failure }> {
  const read: ReadBill[] = []
  for (const bill of bills) {
    const { name, days } = bill
    const all = [...days.kept]
    for (const [index, range] of days.missing.entries()) {
      terminal.progress(`${name}: request ${index + 1} of ${days.missing.length}`)
      try {
        all.push(...(await days.fetch(range, scratch().open(name))))
      } catch (error) {
        signal.throwIfAborted()
        return { bills: read, failure: { name, days: range.days, error } }
      }
    }
    read.push({ ...bill, all: all.toSorted((a, b) => (a.day < b.day ? -1 : 1)) })
  }
  return { bills: read }
}
