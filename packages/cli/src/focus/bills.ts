import { type BillDays, type CloudEvent, type Source, type Span, UsageError } from '@billow/core'
import { contextOf, type Host, type Link, type Plan } from '@billow/core/program'
import type { Charge } from '@billow/focus'
import { FOCUS_EXPORT } from '../commands.ts'
import type { Place } from '../find.ts'
import { outlineOf } from '../outline.ts'
import { textOf } from '../text.ts'
import { mappingsOf } from './mappings.ts'
import { toCharge } from './to-charge.ts'

/** A bill of the pipeline file. */
export interface Bill {
  readonly name: string
  readonly days: BillDays
  readonly toCharge: (event: CloudEvent) => Charge
}

export interface BillsOptions {
  readonly file: string
  readonly plan: Plan
  readonly host: Host
  readonly place: Place
  /** The connectors that are asked for; all that read a bill where there is none. */
  readonly names: readonly string[]
}

/** Looks up which days each bill has where. Nobody is asked but, by some sources, for the account. */
export async function billsOf(
  { file, plan, host, place, names }: BillsOptions,
  span: Span,
  signal: AbortSignal,
): Promise<readonly Bill[]> {
  const outlines = outlineOf(textOf(file))
  const bills: Bill[] = []
  for (const link of chosen(plan.links, names, file)) {
    const { name, part } = link
    const { days: daysOf } = part.connector as Source
    const days = await daysOf?.(contextOf(host.side(link, part), signal), span)
    if (!days) continue
    const same = bills.find(bill => bill.days.id === days.id)
    if (same) {
      throw new UsageError(
        `${FOCUS_EXPORT}: ${same.name} and ${name} read the same bill, and its charges would count twice; name the connectors to export, one of these: billow ${FOCUS_EXPORT} ${file} NAME …`,
      )
    }
    const outline = outlines.find(outline => outline.name === name)
    const source = outline?.source ?? outline?.processor ?? ''
    const mappings = await mappingsOf(source, place)
    const convert = toCharge({ name, source, mappings, account: days.account, config: part.config })
    bills.push({ name, days, toCharge: convert })
  }
  return bills
}

const readsBill = ({ part }: Link): boolean => 'days' in part.connector

function chosen(links: readonly Link[], names: readonly string[], file: string): readonly Link[] {
  const bills = links.filter(readsBill)
  const known = bills.map(({ name }) => name).join(', ')
  if (bills.length === 0)
    throw new UsageError(`${FOCUS_EXPORT}: no connector in ${file} reads a bill day by day`)
  for (const name of names) {
    if (bills.some(bill => bill.name === name)) continue
    const what = links.some(link => link.name === name) ? `${name} reads no bill` : `no connector "${name}"`
    throw new UsageError(`${FOCUS_EXPORT}: ${what} in ${file}; those that read one are ${known}`)
  }
  return names.length === 0 ? bills : bills.filter(({ name }) => names.includes(name))
}
