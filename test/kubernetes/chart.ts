import { globSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../support/app.ts'

/** Values that show how the chart is used, from its folder. */
export const EXAMPLES = globSync('ci/*.yaml', { cwd: join(ROOT, 'charts/billow') }).toSorted()

/** Values that are wrong by themselves. */
export const WRONG: readonly Readonly<Record<string, unknown>>[] = [
  { conector: 'sink-display' },
  { connector: 'Display' },
  { connector: 'display' },
  { replicas: 'two' },
  { replicas: -1 },
  { config: 'target: http://localhost' },
  { pipeline: { conectors: [] } },
  { pipeline: { connectors: [] } },
  { secrets: { 'a/b': 'text' } },
  { secrets: { number: 1 } },
  { image: { tagg: '1.0.0' } },
  { image: { digest: 'sha256:abc' } },
  { image: { pullPolicy: 'always' } },
  { image: { repository: 'ghcr.io/billow/billow:1.0.0' } },
  { persistence: { enabled: 'yes' } },
  { persistence: { size: '1 GB' } },
  { persistence: { accessModes: ['ReadOnlyMany'] } },
  { adminPort: 70_000 },
  { service: { type: 'Loadbalancer' } },
  { serviceMonitor: { enabled: true, interval: '30' } },
  { livenessProbe: { path: '/' } },
  { terminationGracePeriodSeconds: 5 },
  { extraVolumeMounts: [{ name: 'x' }] },
  { podAnnotations: { number: 1 } },
]
