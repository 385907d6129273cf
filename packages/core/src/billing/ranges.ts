import { addDays } from './day.ts'

/** Days that one fetch covers, without a gap. */
export interface DayRange {
  readonly from: string
  readonly to: string
  readonly days: readonly string[]
}

/** Groups days, given in order, into the fewest ranges without a gap, of `longest` days at most. */
export function rangesOf(days: readonly string[], longest: number): DayRange[] {
  const groups: string[][] = []
  for (const day of days) {
    const group = groups.at(-1)
    const last = group?.at(-1)
    if (group && last && group.length < longest && addDays(last, 1) === day) group.push(day)
    else groups.push([day])
  }
  return groups.map(group => ({ from: group[0] as string, to: group.at(-1) as string, days: group }))
}
