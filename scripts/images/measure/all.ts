import { cpus } from 'node:os'
import { join } from 'node:path'
import { writeMeasured } from '../../docs/measured.ts'
import { type App, ROOT } from '../apps.ts'
import { HERE, withImages } from '../prepare.ts'
import { overBudget } from './budgets.ts'
import { type Figures, measure } from './measure.ts'
import { figuresTable } from './table.ts'

export interface MeasureOptions {
  readonly mayInstall: boolean
  readonly write: boolean
  readonly json: boolean
}

/** Measures the images and prints the figures; resolves to 1 where one of them is beyond its budget, or nothing can be measured here. */
export async function measureAll(apps: readonly App[], options: MeasureOptions): Promise<number> {
  const { mayInstall, write, json } = options
  const figures = await withImages(apps, { mayInstall, architectures: [HERE] }, async built => {
    const all: Figures[] = []
    for (const { name } of apps) {
      console.error(`measuring ${name}`)
      all.push(await measure(built, name))
    }
    return all
  })
  if ('missing' in figures) throw new Error(`images are not measured: ${figures.missing}`)
  const machine = `${cpus()[0]?.model}, ${cpus().length} cores; Node ${process.versions.node}`
  const report = `On ${machine}.\n\n${figuresTable(figures)}`
  if (write) writeMeasured(join(ROOT, 'docs/performance.md'), 'npx pnpm@12 images:measure --write', report)
  console.log(json ? JSON.stringify({ machine, figures }) : report)
  const faults = figures.flatMap(overBudget)
  for (const fault of faults) console.error(fault)
  return faults.length > 0 ? 1 : 0
}
