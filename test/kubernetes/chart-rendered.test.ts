import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { ROOT } from '../support/app.ts'
import { EXAMPLES, WRONG } from './chart.ts'
import { faultsIn } from './faults.ts'
import { ofKind, parseResources } from './resources.ts'

const CHART = join(ROOT, 'charts/billow')
const there = spawnSync('helm', ['version']).status === 0

interface Options {
  readonly files?: readonly string[]
  readonly values?: object
}

/** What helm says. A cluster is not asked. */
function helm(words: readonly string[], { files = [], values = {} }: Options = {}): string {
  return execFileSync('helm', [...words, ...files.flatMap(file => ['-f', join(CHART, file)]), '-f', '-'], {
    input: JSON.stringify(values),
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
  })
}
const template = (options: Options, chart = CHART): string =>
  helm(['template', 'bills', chart, '-n', 'vanus', '--kube-version', '1.34.0'], options)

/** The notes, which helm shows to those who have a cluster: here as a ConfigMap of a copy of the chart. */
function notes(options: Options): string {
  const copy = mkdtempSync(join(tmpdir(), 'billow-chart-'))
  cpSync(CHART, copy, { recursive: true })
  cpSync(join(CHART, 'templates/NOTES.txt'), join(copy, 'notes'))
  const text = '{{ tpl (.Files.Get "notes") . | toJson }}'
  writeFileSync(
    join(copy, 'templates/notes.yaml'),
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: notes }\ndata:\n  notes: ${text}\n`,
  )
  const maps = ofKind(parseResources(template(options, copy)), 'ConfigMap')
  return maps.find(({ metadata }) => metadata?.name === 'notes')?.data?.['notes'] ?? ''
}

function refusal(values: object): string {
  try {
    template({ values })
  } catch (error) {
    return (error as { stderr: string }).stderr
  }
  throw new Error('it was rendered')
}

/** Resources that an example names and does not bring. */
function ownOf(file: string): string[] {
  const { existingSecret, extraEnv = [] } = parse(readFileSync(join(CHART, file), 'utf8')) as {
    readonly existingSecret?: string
    readonly extraEnv?: readonly { valueFrom?: { secretKeyRef?: { name: string } } }[]
  }
  const named = [existingSecret, ...extraEnv.map(({ valueFrom }) => valueFrom?.secretKeyRef?.name)]
  return named.filter(name => name !== undefined).map(name => `Secret/${name}`)
}

const AWS = { connector: 'source-aws-billing', config: { target: 'http://localhost:31081' } }
const POSTGRES = { type: 'postgres', url: 'postgres://billow@db/billow' }
const CLOUDZERO = { connector: 'sink-cloudzero', config: { connection_id: 'a', currency: 'USD' } }
const overPostgres = { ...AWS, config: { ...AWS.config, store_config: POSTGRES } }
const pipeline = (...connectors: object[]) => ({ pipeline: { connectors } })
const SOURCE = { name: 'aws', source: '@billow/source-aws-billing', target: 'http://localhost:31081' }

/** Values that are right by themselves and do not go together. */
const CLASHES: readonly (readonly [values: object, said: string])[] = [
  [{}, 'connector: there is none; name one'],
  [{ connector: 'source-aws-billing' }, 'config.target: there is none'],
  [{ ...AWS, ...pipeline(SOURCE) }, 'pipeline: it takes the place of connector and config'],
  [{ ...AWS, secrets: { a: 'b' }, existingSecret: 'c' }, 'existingSecret: it takes the place of secrets'],
  [{ ...AWS, replicas: 2 }, 'replicas: a ledger in a file has one process'],
  [{ ...pipeline(SOURCE), replicas: 2 }, 'replicas: a ledger in a file has one process'],
  [{ ...overPostgres, persistence: { enabled: true } }, 'with store_config.type postgres nothing is written'],
  [
    { connector: 'sink-display', replicas: 2, persistence: { enabled: true } },
    'replicas: a volume has one pod',
  ],
  [{ ...CLOUDZERO, replicas: 2 }, 'replicas: sink-cloudzero is the only writer of its streams'],
  [
    {
      pipeline: {
        connectors: [{ name: 'cz', sink: '@billow/sink-cloudzero' }],
        store_config: POSTGRES,
      },
      replicas: 2,
    },
    'replicas: the receiver of sink-cloudzero is open in one pod',
  ],
  [{ connector: 'sink-display', config: { port: '${PORT}' } }, 'the Service must know the port'],
  [
    { ...pipeline({ name: 'screen', sink: '@billow/sink-display', receiver: 8081 }) },
    'adminPort: 8081 is the port of a receiver too',
  ],
]

if (!there) describe('the chart (skipped: there is no helm here)', () => test.todo('is rendered'))
else
  describe('the chart', () => {
    test.each([undefined, ...EXAMPLES])('passes the lint with %s', file => {
      expect(helm(['lint', '--strict', CHART], { files: file ? [file] : [] })).toContain('0 chart(s) failed')
    })

    test.each(EXAMPLES)('with %s gives what Kubernetes and the program take', async file => {
      expect(await faultsIn(template({ files: [file] }), ownOf(file))).toEqual([])
    })

    test.each(WRONG)('refuses %j', wrong => {
      expect(refusal({ ...AWS, ...wrong })).toContain("values don't meet the specifications of the schema")
    })

    test.each(CLASHES)('refuses %j: %s', (values, said) => {
      expect(refusal(values)).toContain(said)
    })

    test('starts the pods anew for another store, and for no other key of the configuration', () => {
      const podsOf = (config: object) =>
        ofKind(parseResources(template({ values: { ...AWS, config } })), 'Deployment').map(
          ({ spec }) => spec?.template,
        )
      const file = { store_config: { type: 'file' } }
      expect(podsOf({ ...AWS.config, resync_days: 3 })).toEqual(podsOf(AWS.config))
      expect(podsOf({ ...AWS.config, ...file })).not.toEqual(podsOf(AWS.config))
    })

    test('has a volume, and one pod at a time, for a ledger in a file only', () => {
      const kept = (values: object) => {
        const resources = parseResources(template({ values }))
        const [deployment] = ofKind(resources, 'Deployment')
        return [ofKind(resources, 'PersistentVolumeClaim').length, deployment?.spec?.strategy?.type]
      }
      expect(kept(AWS)).toEqual([1, 'Recreate'])
      expect(kept(pipeline(SOURCE))).toEqual([1, 'Recreate'])
      expect(kept({ ...AWS, persistence: { existingClaim: 'mine' } })).toEqual([0, 'Recreate'])
      expect(kept({ ...AWS, persistence: { enabled: false } })).toEqual([0, 'Recreate'])
      expect(kept(overPostgres)).toEqual([0, undefined])
      expect(kept(CLOUDZERO)).toEqual([1, 'Recreate'])
      expect(kept(pipeline({ name: 'cz', sink: '@billow/sink-cloudzero' }))).toEqual([1, 'Recreate'])
      expect(kept({ ...CLOUDZERO, config: { ...CLOUDZERO.config, store_config: POSTGRES } })).toEqual([
        0,
        'Recreate',
      ])
      expect(kept({ connector: 'sink-display' })).toEqual([0, undefined])
      expect(kept({ connector: 'sink-display', persistence: { enabled: true } })).toEqual([1, 'Recreate'])
    })

    test('asks a sink that works alone whether it is ready where it receives, and all else at a port of its own', () => {
      const resources = parseResources(template({ files: ['ci/sink-cloudzero-values.yaml'] }))
      const container = ofKind(resources, 'Deployment')[0]?.spec?.template.spec?.containers[0]
      expect(container).toMatchObject({
        startupProbe: { httpGet: { path: '/healthz', port: 'admin', scheme: 'HTTP' } },
        livenessProbe: { httpGet: { path: '/healthz', port: 'admin', scheme: 'HTTP' } },
        readinessProbe: { httpGet: { path: '/readyz', port: 'http', scheme: 'HTTP' } },
      })
      expect(ofKind(resources, 'PodDisruptionBudget')).toEqual([])
      const tls = { config: { tls: { cert: 'a', key: 'b' } } }
      const secured = parseResources(template({ files: ['ci/sink-cloudzero-values.yaml'], values: tls }))
      expect(ofKind(secured, 'Deployment')[0]?.spec?.template.spec?.containers[0]).toMatchObject({
        livenessProbe: { httpGet: { scheme: 'HTTP' } },
        readinessProbe: { httpGet: { scheme: 'HTTPS' } },
      })
    })

    test('warns of a state that is not kept, of keys in the ConfigMap and of a sink for everybody', () => {
      expect(notes({ values: AWS })).toContain('kubectl logs -f deployment/bills-billow -n vanus')
      expect(notes({ values: AWS })).not.toContain('WARNING')
      expect(notes({ values: overPostgres })).not.toContain('WARNING')
      expect(notes({ values: { ...AWS, persistence: { enabled: false } } })).toContain(
        'the state is not kept',
      )
      const secret = { access_key_id: 'a', secret_access_key: 'b' }
      expect(notes({ values: { ...AWS, config: { ...AWS.config, secret } } })).toContain(
        'the secret key is in',
      )
      expect(notes({ values: { ...CLOUDZERO, persistence: { enabled: false } } })).toContain(
        'events that were acknowledged and not passed on are lost',
      )
      expect(notes({ values: { ...CLOUDZERO, config: { secret: { api_key: 'a' } } } })).toContain(
        '\n  api_key: ${file:/run/secrets/billow/NAME}',
      )
      expect(notes({ values: { connector: 'sink-display' } })).toContain('anybody who reaches the Service')
      expect(notes({ files: ['ci/sink-display-values.yaml'] })).toContain('https://bills-billow.vanus:8443')
      expect(notes({ files: ['ci/sink-display-values.yaml'] })).not.toContain('WARNING')
    })
  })
