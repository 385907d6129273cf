import type { Tally } from './books.ts'
import type { Trouble } from './tcp-proxy.ts'

/** Of so many connections one has trouble. */
const TROUBLE_EVERY = 12

const KINDS: Readonly<Record<string, (random: number) => Trouble>> = {
  delay: random => ({ delayMs: 50 + random * 500 }),
  cut: random => ({ cutAfterBytes: Math.ceil(random * 60_000) }),
  truncate: random => ({ truncateAfterBytes: Math.ceil(random * 5000) }),
  'half-open': () => ({ halfOpen: true }),
  slow: random => ({ bytesPerSecond: 5000 + random * 50_000 }),
}

/** The trouble that a connection to the target has, if any; counts it. */
export function drawTrouble({
  random,
  faults,
  faulty,
}: {
  readonly random: () => number
  readonly faults: Tally
  readonly faulty: () => boolean
}): Trouble | undefined {
  if (!faulty() || random() > 1 / TROUBLE_EVERY) return undefined
  const names = Object.keys(KINDS)
  const name = names[Math.floor(random() * names.length)] as string
  faults.add(`network: ${name}`)
  return KINDS[name]?.(random())
}
