import { styleText } from 'node:util'
import type { Line } from './fit.ts'
import type { MemoryReport } from './soak.ts'

const MB = 1 << 20

export function printMemory(
  { faults, ...report }: Omit<MemoryReport, 'samples'>,
  chart: string,
  print: (line: string) => void,
): void {
  print(`\n${styleText('bold', 'Resident memory')}`)
  print(chart)
  print(`\n${report.events} events in ${report.minutes} minutes`)
  print(`resident memory   ${lineOf(report.rss)}`)
  print(`heap in use       ${lineOf(report.heap)}`)
  print(`read ahead of the target at the most: ${report.mostAhead} events`)
  for (const fault of faults) print(`${styleText('red', 'FAILED')}: ${fault}`)
  if (faults.length === 0) print('Memory stayed flat.')
}

function lineOf({ rise, slopePerHour, least, median, most }: Line): string {
  const [up, hour, low, middle, top] = [rise, slopePerHour, least, median, most].map(bytes =>
    (bytes / MB).toFixed(1),
  )
  return `${low} to ${top} MB, median ${middle}; the line through the lows rises by ${up} MB (${hour} MB an hour)`
}
