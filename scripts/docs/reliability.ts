import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ChargeReport } from '../../soak/charges/soak.ts'
import type { KillReport } from '../../soak/kills/soak.ts'
import type { MemoryReport } from '../../soak/memory/soak.ts'
import { GUARDS } from '../guards/guards.ts'

const ROOT = join(import.meta.dirname, '../..')
const RESULTS = join(ROOT, 'docs/soak')
const MB = 1 << 20

type MemoryFigures = Omit<MemoryReport, 'samples'>

/** The made parts of docs/reliability.md, by the name in the page's marker. */
export const TABLES: Readonly<Record<string, () => string>> = {
  pains: () =>
    table(
      ['pain', 'what happened to others', 'the guard', 'the test'],
      GUARDS.map(({ pain, what, file, test }) => [pain, what, link(file), link(test)]),
    ),
  kills: () => result('kills.json', report => killsTable(report as KillReport)),
  charges: () => result('charges.json', report => chargesTable(report as ChargeReport)),
  memory: () => result('memory.json', report => memoryTable(report as MemoryFigures)),
}

const link = (file: string): string => `[${file.replace('packages/core/', '')}](../${file})`

function result(file: string, render: (report: unknown) => string): string {
  const path = join(RESULTS, file)
  return existsSync(path) ? render(JSON.parse(readFileSync(path, 'utf8'))) : 'Not run yet.'
}

function killsTable(report: KillReport): string {
  const {
    seed,
    seconds,
    lives,
    kills,
    issued,
    delivered,
    deadLetters,
    duplicates,
    differing,
    lost,
    unknown,
  } = report
  return [
    `Seed ${seed}: ${kills} kills in ${lives} lives, ${seconds} seconds.`,
    table(
      ['events', ''],
      rows({
        issued,
        delivered,
        'dead letters': deadLetters,
        'duplicates, by id': duplicates,
        'duplicates that differ from their first delivery': differing,
        lost,
        unknown,
      }),
    ),
    table(['killed while', 'kills'], rows(report.killsByPhase)),
    table(['other faults', ''], rows(report.faultsInjected)),
  ].join('\n\n')
}

function chargesTable(report: ChargeReport): string {
  const { seed, seconds, lives, kills, killsByPhase, faultsInjected, counts, faults } = report
  const lanes = Object.entries(counts).map(([name, { charges, restated, sentAgain, live, drops }]) => [
    name,
    ...[charges, restated, sentAgain, live, drops].map(String),
  ])
  return [
    `Seed ${seed}: ${kills} kills in ${lives} lives, ${seconds} seconds. Differences at the end: ${faults.length}.`,
    table(
      [
        'sent by',
        'charges',
        'of these restated',
        'acknowledged, and sent again',
        'live at the end',
        'requests with rows',
      ],
      lanes,
    ),
    table(['killed while', 'kills'], rows(killsByPhase)),
    table(['faults of CloudZero', ''], rows(faultsInjected)),
  ].join('\n\n')
}

const rows = (counts: Readonly<Record<string, number>>): string[][] =>
  Object.entries(counts).map(([name, count]) => [name, String(count)])

function memoryTable({ minutes, events, rss, heap, mostAhead }: MemoryFigures): string {
  const line = (name: string, { least, median, most, slopePerHour }: MemoryReport['rss']): string[] => [
    name,
    ...[least, median, most, slopePerHour].map(bytes => (bytes / MB).toFixed(1)),
  ]
  return [
    `${events} events in ${minutes} minutes. The source was never more than ${mostAhead} events ahead of the target.`,
    table(
      ['MB', 'least', 'median', 'most', 'the line through the lows rises in an hour by'],
      [line('resident memory', rss), line('JavaScript heap', heap)],
    ),
    '![Memory over time](soak/memory.svg)',
  ].join('\n\n')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n')
}
