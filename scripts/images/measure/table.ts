import { table } from '../../../bench/report.ts'
import { MIB } from './budgets.ts'
import type { Figures } from './measure.ts'

const HEAD = [
  'image',
  'size over its base',
  'to pull, over its base',
  'start to ready',
  'memory, idle',
  'memory, at so many events a second',
]

export const figuresTable = (figures: readonly Figures[]): string =>
  table(
    HEAD,
    figures.map(({ app, size, startMs, idle, loaded, rate }) => [
      `\`${app}\``,
      mib(size.size),
      mib(size.compressed),
      `${seconds(startMs.median)} (${seconds(startMs.least)} to ${seconds(startMs.most)})`,
      `${mib(idle.own)} (${mib(idle.resident)} resident)`,
      `${mib(loaded.own)} (${mib(loaded.resident)} resident) at ${Math.round(rate)}`,
    ]),
  )

const mib = (bytes: number): string => `${(bytes / MIB).toFixed(1)} MiB`
const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`
