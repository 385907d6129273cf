// CPU time an event and peak memory of Billow, beside a floor and its peers doing the same job. See docs/performance.md.
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { writeMeasured } from '../scripts/docs/measured.ts'
import { type Comparison, compare } from './carry/compare.ts'
import { AGAIN, FULL, isPeer, JOBS, type Job, QUICK, withBefore } from './carry/jobs.ts'
import { pinned } from './carry/processes.ts'
import { startOthers } from './carry/run.ts'
import { compareCodecs } from './codec.ts'
import { installNodeRed } from './install-node-red.ts'
import { codecText, comparisonText } from './report.ts'

const { values } = parseArgs({
  allowNegative: true,
  options: {
    /** Floor and Billow with a few events: whether all works, not how fast. */
    quick: { type: 'boolean', default: false },
    /** Names of jobs, and `codec`, with commas between. */
    only: { type: 'string', default: ['codec', ...JOBS.map(({ name }) => name)].join() },
    rounds: { type: 'string' },
    peers: { type: 'boolean', default: true },
    /** Another checkout, whose Billow is measured beside this one's. */
    before: { type: 'string' },
    /** A directory for CPU profiles of the subjects; profiling costs time of its own. */
    profile: { type: 'string' },
    json: { type: 'boolean', default: false },
    /** Puts the tables into docs/performance.md. */
    write: { type: 'boolean', default: false },
  },
})
const { quick, before, json } = values
const peers = values.peers && !quick
const rounds = Number(values.rounds ?? (quick ? 1 : 5))
const only = new Set(values.only.split(','))

const armsOf = (job: Job): Job['arms'] => {
  const arms = job.arms.filter(arm => (peers || !isPeer(arm)) && !(quick && arm.name === AGAIN))
  return before === undefined ? arms : withBefore(arms, before)
}
const jobs = JOBS.filter(({ name }) => only.has(name)).map(job => ({ ...job, arms: armsOf(job) }))

const comparisons: Comparison[] = []
const say = (text: string): unknown => process.stderr.write(`${text}\n`)

const codec = only.has('codec') ? await compareCodecs(quick) : []
if (peers && jobs.length > 0) installNodeRed()
const others = startOthers(values.profile)
try {
  for (const job of jobs) {
    for (const kind of quick ? (['small'] as const) : (['small', 'aws'] as const)) {
      comparisons.push(
        await compare(job, { kind, amounts: quick ? QUICK : FULL, rounds, others, onRun: say }),
      )
    }
  }
} finally {
  await others.stop()
}

const cores = pinned ? 'the subject on a core of its own' : 'no core of its own for the subject'
const machine = `${cpus()[0]?.model}, ${cpus().length} cores, ${cores}; Node ${process.versions.node}`
const texts = [...comparisons.map(comparisonText), ...(codec.length > 0 ? [codecText(codec)] : [])]
const report = [`On ${machine}.\n`, ...texts].join('\n')
if (values.write)
  writeMeasured(join(import.meta.dirname, '../docs/performance.md'), 'npx pnpm@12 bench --write', report)
console.log(json ? JSON.stringify({ machine, comparisons, codec }) : report)
