import type { Guard } from './guards.ts'

/** How the name of a pain's test begins: `pain 13`. */
export const nameOf = (pain: string): string => `pain ${Number.parseInt(pain, 10)}:`

/** What of the table is not so: a guard that is not there exactly once, a test without its number. */
export function checkGuard(
  { pain, file, guard, test, shared = test }: Guard,
  read: (file: string) => string,
): string[] {
  const found = read(file).split(guard).length - 1
  const faults: string[] = []
  if (found !== 1)
    faults.push(
      `pain ${pain}: its guard is ${found} times in ${file}; correct scripts/guards/guards.ts: ${guard.trim()}`,
    )
  if (!read(shared).includes(nameOf(pain)))
    faults.push(`pain ${pain}: no test of ${shared} has "${nameOf(pain)}" in its name`)
  return faults
}

export function without({ guard, without }: Guard, text: string): string {
  return text.replace(guard, () => without)
}
