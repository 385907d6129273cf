import { readFileSync, writeFileSync } from 'node:fs'

const FROM = '<!-- measured: npx pnpm@12 bench --write -->'
const TO = '<!-- end -->'

/** Puts a report between the two marks of a page. */
export function writeReport(page: string, report: string): void {
  const [before, rest] = readFileSync(page, 'utf8').split(FROM)
  const after = rest?.slice(rest.indexOf(TO))
  if (!after?.startsWith(TO)) throw new Error(`${page}: found no ${FROM} … ${TO}`)
  writeFileSync(page, `${before}${FROM}\n\n${report}\n${after}`)
}
