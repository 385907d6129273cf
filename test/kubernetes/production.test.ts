import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { stamp } from '../../scripts/docs/pages.ts'
import { ROOT } from '../support/app.ts'
import { CONNECTORS } from '../support/configs.ts'
import { ofKind, parseResources, type Resource } from './resources.ts'

const files = globSync('apps/*/kubernetes-{production,replicas}.yaml', { cwd: ROOT }).toSorted()
const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8')
const appOf = (file: string): string => basename(dirname(file))

function deploymentOf(resources: readonly Resource[]) {
  const [deployment] = ofKind(resources, 'Deployment')
  const spec = deployment?.spec
  return { spec, pod: spec?.template.spec, container: spec?.template.spec?.containers[0] }
}

/** Of these, one works at a time, and only that one may be sent to. */
const worksAlone = (app: string): boolean => CONNECTORS[app] !== undefined && 'claims' in CONNECTORS[app]
const keepsState = (app: string): boolean => !app.startsWith('sink-') || worksAlone(app)

describe('what is for production', () => {
  test('is there for every app', () => {
    const apps = globSync('apps/*/package.json', { cwd: ROOT }).map(file => basename(dirname(file)))
    const has = (variant: string) => files.filter(file => file.endsWith(variant)).map(appOf)
    expect(has('production.yaml')).toEqual(apps.toSorted())
    // Replicas of what keeps no state need no store.
    expect(has('replicas.yaml')).toEqual(apps.filter(keepsState).toSorted())
  })

  test.each(files)('%s passes the strictest pod security standard, with a root that is read only', file => {
    const { pod, container } = deploymentOf(parseResources(textOf(file)))
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 65532,
        fsGroup: 65532,
        seccompProfile: { type: 'RuntimeDefault' },
      },
    })
    expect(container?.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
    // The image's user can read a secret that only its group may read.
    expect(pod?.volumes?.find(({ secret }) => secret)?.secret?.defaultMode).toBe(0o440)
  })

  test.each(files)('%s is watched, bounded, and given the time to stop', file => {
    const resources = parseResources(textOf(file))
    const { pod, container } = deploymentOf(resources)
    const port = keepsState(appOf(file)) ? 'admin' : 'http'
    const readied = appOf(file).startsWith('sink-') ? 'http' : 'admin'
    expect(container).toMatchObject({
      startupProbe: { httpGet: { path: '/healthz', port } },
      livenessProbe: { httpGet: { path: '/healthz', port } },
      readinessProbe: { httpGet: { path: '/readyz', port: readied } },
      resources: { limits: { memory: '128Mi' } },
    })
    expect(pod?.terminationGracePeriodSeconds).toBeGreaterThan(8)
    const [monitor] = ofKind(resources, 'ServiceMonitor')
    expect(monitor?.spec.endpoints).toEqual([{ port, path: '/metrics' }])
  })

  test.each(files)(
    '%s names the version that the packages have, and no secret outside of the Secret',
    file => {
      const text = textOf(file)
      const resources = parseResources(text)
      expect(stamp(text)).toBe(text)
      expect(deploymentOf(resources).container?.image).toMatch(/:\d+\.\d+\.\d+/)
      const secrets = ofKind(resources, 'Secret').flatMap(({ stringData }) => Object.values(stringData ?? {}))
      expect(secrets.length).toBeGreaterThan(0)
      const others = JSON.stringify(resources.filter(({ kind }) => kind !== 'Secret'))
      for (const secret of secrets) expect(others).not.toContain(secret)
    },
  )

  test.each(files)('%s keeps the state where one process, or many, may have it', file => {
    const resources = parseResources(textOf(file))
    const { spec, pod, container } = deploymentOf(resources)
    const [config] = Object.values(ofKind(resources, 'ConfigMap')[0]?.data ?? {})
    const mount = container?.volumeMounts?.find(({ mountPath }) => mountPath === '/var/lib/billow')
    const data = pod?.volumes?.find(({ name }) => name === mount?.name)
    const alone = keepsState(appOf(file)) && file.endsWith('production.yaml')
    if (alone) {
      expect(spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } })
      expect(data).toHaveProperty('persistentVolumeClaim')
    } else {
      expect(spec?.replicas).toBe(2)
      expect(data).toHaveProperty('emptyDir')
      if (file.endsWith('replicas.yaml')) expect(config).toContain('type: postgres')
    }
    // Where the other pods are not ready, the one that works could not be moved.
    expect(ofKind(resources, 'PodDisruptionBudget')).toHaveLength(alone || worksAlone(appOf(file)) ? 0 : 1)
    if (worksAlone(appOf(file))) expect(spec?.strategy).toEqual({ type: 'Recreate' })
  })

  test.each(files.filter(file => file.endsWith('replicas.yaml')))(
    '%s is the one for one replica but for state and replicas',
    file => {
      const [one, many] = [file.replace('replicas.yaml', 'production.yaml'), file].map(file => {
        const resources = parseResources(textOf(file))
        const [monitor, service] = [ofKind(resources, 'ServiceMonitor'), ofKind(resources, 'Service')]
        return { container: deploymentOf(resources).container, monitor, service }
      })
      expect(many).toEqual(one)
    },
  )
})
