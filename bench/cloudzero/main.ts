// CPU time an event of the CloudZero sink, and its memory as a day grows. See docs/performance.md.
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { writeMeasured } from '../../scripts/docs/measured.ts'
import { table, takingText } from '../report.ts'
import { HEAP_MB, sendLargeDays } from './large-days.ts'
import { compareTaking } from './taking.ts'

const { values } = parseArgs({
  options: {
    /** A few events: whether all works, not how fast. */
    quick: { type: 'boolean', default: false },
    /** Puts the tables into docs/performance.md. */
    write: { type: 'boolean', default: false },
  },
})

const taking = await compareTaking(values.quick)
const days = await sendLargeDays(values.quick ? [1000] : [1000, 10_000, 100_000])
const report = [
  `On ${cpus()[0]?.model}, ${cpus().length} cores; Node ${process.versions.node}.\n`,
  takingText(taking),
  `**A day sent in parts of 500 kB**, with a heap of ${HEAP_MB} MiB at the most:\n`,
  table(
    ['rows of the day', 'parts', 'peak memory'],
    days.map(({ rows, parts, peak }) => [String(rows), String(parts), `${Math.round(peak / 2 ** 20)} MiB`]),
  ),
].join('\n')
if (values.write)
  writeMeasured(
    join(import.meta.dirname, '../../docs/performance.md'),
    'npx pnpm@12 bench:cloudzero --write',
    report,
  )
console.log(report)
