/** A row of the oracle's bill, which is made up and known to the last digit. */
export interface Row {
  readonly day: string
  readonly service: string
  readonly amount: string
}

/** Days of few rows, of some, and of so many that the spool takes several chunks. */
const SIZES = [3, 40, 120, 700, 1300]
/** Of so many rows one is refused by the target for good. */
const REFUSED_EVERY = 97
export const REFUSED = 'refused by the target'

/** Makes up a day's rows. Some have an identical twin: two rows that say the same are two rows. */
export function makeDay(day: string, random: () => number): readonly Row[] {
  const size = SIZES[Math.floor(random() * SIZES.length)] as number
  const rows = Array.from({ length: size }, (_, index): Row => {
    const kind = index % REFUSED_EVERY === 41 ? REFUSED : 'Service'
    return { day, service: `${kind} ${index}`, amount: `${Math.floor(random() * 1e6) / 1e4}` }
  })
  const twins = rows.filter((_, index) => index % 50 === 7)
  return [...rows, ...twins]
}

export const nameOf = ({ day, service, amount }: Row): string => `${day} ${service} ${amount}`
