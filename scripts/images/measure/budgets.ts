import type { Figures } from './measure.ts'

export const MIB = 1024 * 1024

/** The limit that the manifests give a container, as the documents' own display sink has it. */
export const LIMIT = 128 * MIB

/** Bytes that an image may take; `images check` fails beyond them. Sizes are those over the base. */
export interface Budget {
  readonly size: number
  readonly compressed: number
  /** The program's own memory, when it waits and under 1,000 events a second. */
  readonly idle: number
  readonly loaded: number
}

const SMALL: Budget = { size: 8 * MIB, compressed: 2.5 * MIB, idle: 50 * MIB, loaded: 80 * MIB }

export const BUDGETS: Readonly<Record<string, Budget>> = {
  'sink-cloudzero': { ...SMALL, loaded: 90 * MIB },
  'sink-display': SMALL,
  'source-alicloud-billing': SMALL,
  'source-aws-billing': SMALL,
  billow: { ...SMALL, size: 10 * MIB, compressed: 3 * MIB },
}

/** What is beyond the budget of an image, a line each. */
export function overBudget({
  app,
  size,
  idle,
  loaded,
}: Pick<Figures, 'app' | 'size' | 'idle' | 'loaded'>): string[] {
  const budget = BUDGETS[app]
  if (!budget) return [`${app}: has no budget in scripts/images/measure/budgets.ts`]
  const found: Budget = { ...size, idle: idle.own, loaded: loaded.own }
  return (Object.keys(found) as (keyof Budget)[])
    .filter(key => found[key] > budget[key])
    .map(key => `${app}: ${key}: found ${found[key]} bytes; ${budget[key]} are allowed`)
}
