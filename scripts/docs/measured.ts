import { readFileSync, writeFileSync } from 'node:fs'

const TO = '<!-- end -->'

/** Puts a report between `<!-- measured: COMMAND -->` and `<!-- end -->` of a page. */
export function writeMeasured(page: string, command: string, report: string): void {
  const from = `<!-- measured: ${command} -->`
  const [before, rest] = readFileSync(page, 'utf8').split(from)
  const after = rest?.slice(rest.indexOf(TO))
  if (!after?.startsWith(TO)) throw new Error(`${page}: found no ${from} … ${TO}`)
  writeFileSync(page, `${before}${from}\n\n${report.trim()}\n\n${after}`)
}
