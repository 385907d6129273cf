import { styleText } from 'node:util'
import { countTable } from '../count-table.ts'
import type { ChargeReport } from './soak.ts'

export function printCharges(report: ChargeReport, print: (line: string) => void): void {
  const table = countTable(print)
  const { lives, seconds, faults } = report
  table('Faults of CloudZero', report.faultsInjected)
  table('Kills, each while something was not acknowledged, or not with CloudZero', report.killsByPhase)
  for (const [name, count] of Object.entries(report.counts)) table(name, { ...count })
  print(`\n${report.kills} kills in ${lives} lives and ${seconds} seconds`)
  for (const fault of faults) print(`${styleText('red', 'FAILED')}: ${fault}`)
  if (faults.length > 0) return
  print('What CloudZero has is the charges, to the last decimal, by currency, service and day.')
}
