import { prometheusName } from './exposition.ts'
import { METRICS, type Metric, PROCESS_METRICS } from './metrics.ts'

/** Every metric that the runtime records, as a Markdown table. */
export function metricsTable(): string {
  const metrics: readonly Metric[] = [...Object.values(METRICS), ...Object.values(PROCESS_METRICS)]
  const rows = metrics.map(({ name, kind, unit, description, labels = {} }) => {
    const said = Object.entries(labels).map(([label, values]) => `\`${label}\`: ${values}`)
    return `| \`${prometheusName(name, kind, unit)}\` | ${kind} | ${description} | ${said.join('; ')} |`
  })
  return ['| metric | type | meaning | labels |', '| --- | --- | --- | --- |', ...rows].join('\n')
}
