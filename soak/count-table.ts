import { styleText } from 'node:util'

/** Prints counts by name, under a title. */
export const countTable =
  (print: (line: string) => void) =>
  (title: string, counts: Readonly<Record<string, number>>): void => {
    print(`\n${styleText('bold', title)}`)
    for (const [name, count] of Object.entries(counts))
      print(`  ${name.padEnd(40)}${String(count).padStart(8)}`)
  }
