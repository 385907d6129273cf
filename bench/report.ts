import type { Comparison } from './carry/compare.ts'
import type { Measured } from './measure.ts'
import type { Spread } from './spread.ts'

const MIB = 1024 * 1024
const HEAD = ['program', 'CPU µs an event', 'times the floor']

/** A comparison as Markdown, which a terminal shows well too. */
export function comparisonText({ title, kind, arms, noise, rounds }: Comparison): string {
  const rows = arms.map(one => [...cellsOf(one), `${Math.round(one.peak / MIB)} MiB`])
  const event = kind === 'aws' ? "the AWS document's event" : 'an event of 240 bytes'
  const apart = noise && `; two runs of the same Billow were ${percent(noise)} apart`
  return `**${title}**; ${event}; ${rounds} rounds${apart ?? ''}:\n\n${table([...HEAD, 'peak memory'], rows)}`
}

export const codecText = (measured: readonly Measured[]): string =>
  `**Reading one structured event of 240 bytes**, without a server:\n\n${table(HEAD, measured.map(cellsOf))}`

export const takingText = (measured: readonly Measured[]): string =>
  `**An event of the AWS document's kind, from the body of a request to the disk**, 100 in a commit:\n\n${table(HEAD, measured.map(cellsOf))}`

const cellsOf = ({ arm, cpu, ratio }: Measured): readonly string[] => [arm, shown(cpu), shown(ratio)]

/** A table of Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, column) =>
    Math.max(name.length, ...rows.map(row => row[column]?.length ?? 0)),
  )
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |\n`
  return [head, widths.map(width => '-'.repeat(width)), ...rows].map(line).join('')
}

const shown = ({ median, least, most }: Spread): string =>
  `${median.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})`

function percent({ median, least, most }: Spread): string {
  const [middle, low, high] = [median, least, most].map(value => Math.round(value * 100))
  return `${middle} % (${low} to ${high})`
}
