import { styleText } from 'node:util'
import { countTable } from '../count-table.ts'
import type { KillReport } from './soak.ts'

export function printKills(report: KillReport, print: (line: string) => void): void {
  const table = countTable(print)
  const { issued, delivered, deadLetters, duplicates, lost, unknown, faults } = report
  table('Faults injected', report.faultsInjected)
  table(`Kills, each while something was unacknowledged or uncommitted`, report.killsByPhase)
  table(`Events, in ${report.lives} lives and ${report.seconds} seconds`, {
    issued,
    delivered,
    'dead letters': deadLetters,
    'duplicates by id': duplicates,
    lost,
    unknown,
  })
  print('')
  for (const fault of faults) print(`${styleText('red', 'FAILED')}: ${fault}`)
  if (faults.length > 0) return
  print('Nothing was lost, and every duplicate has the id and the payload of its first delivery.')
}
