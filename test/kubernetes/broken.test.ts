import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { ROOT } from '../support/app.ts'
import { faultsIn } from './faults.ts'

/** That of an app, or a variant such as `billow/kubernetes-production`. */
const manifest = (app: string): string =>
  readFileSync(join(ROOT, 'apps', app.includes('/') ? `${app}.yaml` : `${app}/kubernetes.yaml`), 'utf8')

/** What is written wrong, where, and what must be said about it. */
const BROKEN: readonly (readonly [app: string, right: string | RegExp, wrong: string, fault: string])[] = [
  // The schemas.
  [
    'sink-display',
    'volumeMounts:',
    'volumeMount:',
    '/spec/template/spec/containers/0/volumeMount: no such key',
  ],
  ['sink-display', 'replicas: 1', 'replicas: one', '/spec/replicas: must be integer'],
  ['sink-display', 'replicas: 1', 'replica: 1', '/spec/replica: no such key'],
  ['sink-display', '\ndata:', '\ndat:', 'ConfigMap/sink-display/dat: no such key'],
  ['sink-display', 'containerPort: 8080', 'hostPort: 8080', 'must have required property'],
  [
    'sink-display',
    'imagePullPolicy: Always',
    'imagePullPolicy: always',
    'must be equal to one of the allowed',
  ],
  ['sink-display', 'limits:', 'limit:', '/resources/limit: no such key'],
  ['sink-display', 'memory: 128Mi', 'memory: 128 MB', '/memory: must match'],
  [
    'sink-display',
    'apiVersion: apps/v1',
    'apiVersion: apps/v1beta1',
    'nothing here knows the schema of apps/v1beta1',
  ],
  ['sink-display', 'kind: Service', 'kind: Servce', 'nothing here knows the schema of v1 Servce'],
  ['sink-display', '      port: 8080', '      port: on', '/spec/ports/0/port: must be integer'],
  // References.
  ['sink-display', 'namespace: vanus', 'namespace: venus', 'different namespaces: venus, vanus'],
  ['sink-display', '- name: sink-display-config', '- name: config', 'there is no volume config'],
  [
    'sink-display',
    /configMap:\n +name: .*/,
    'emptyDir: {}',
    'no ConfigMap is mounted where the program looks',
  ],
  ['sink-display', /configMap:\n +name: .*/, 'configMap: { name: other }', 'there is no ConfigMap/other'],
  [
    'sink-display',
    /matchLabels:\n +app: .*/,
    'matchLabels: { app: other }',
    'does not match the labels of its pods',
  ],
  [
    'sink-display',
    /selector:\n +app: .*/,
    'selector: { app: other }',
    'Service/sink-display: it selects no pod',
  ],
  ['sink-display', 'targetPort: 8080', 'targetPort: 8081', 'its targetPort 8081 is no port of the pods'],
  ['sink-display', 'targetPort: 8080', 'targetPort: htttp', 'its targetPort htttp is no port of the pods'],
  [
    'sink-display',
    'resources:',
    'livenessProbe: { httpGet: { path: /healthz, port: admin } }\n          resources:',
    'livenessProbe asks port admin, which no container has',
  ],
  [
    'sink-display',
    'resources:',
    'env: [{ name: TOKEN, valueFrom: { secretKeyRef: { name: token, key: token } } }]\n          resources:',
    'there is no Secret/token',
  ],
  // What the program makes of it.
  ['sink-display', 'config.yml: |-', 'config.yaml: |-', 'no ConfigMap is mounted where the program looks'],
  ['sink-display', 'mountPath: /vanus-connect/config', 'mountPath: /config', 'no ConfigMap is mounted where'],
  ['sink-display', '    port: 8080', '    prt: 8080', 'config.yml:1:1: prt: unknown key, did you mean port?'],
  ['sink-display', '    port: 8080', '    port: 9090', 'the program does not open the port 8080'],
  ['sink-display', 'ghcr.io/billow/', 'ghcr.io/willow/', 'is none of ours'],
  [
    'source-aws-billing',
    'target: ',
    'tarrget: ',
    'config.yml:1:1: tarrget: unknown key, did you mean target?',
  ],
  [
    'source-aws-billing',
    'AKIAIOSFODNN7EXAMPLE',
    '${file:/run/secrets/billow/key}',
    'names the file /run/secrets/billow/key, and nothing is mounted there',
  ],
  [
    'sink-display',
    'resources:',
    'env: [{ name: CONNECTOR_PRT, value: "8080" }]\n          resources:',
    'the program knows no variable CONNECTOR_PRT',
  ],
  ['billow', 'pipeline.yml: |-', 'config.yml: |-', 'no ConfigMap is mounted where the program looks'],
  [
    'billow',
    'access_key_id: LTAI',
    'acces_key_id: LTAI',
    'connectors[1].config.secret.acces_key_id: unknown key',
  ],
  [
    'source-aws-billing/kubernetes-production',
    'mountPath: /var/lib/billow',
    'mountPath: /data',
    'nothing that can be written is mounted at /var/lib/billow',
  ],
  [
    'source-aws-billing/kubernetes-production',
    '/access_key_id}',
    '/access_key}',
    'names the file /run/secrets/billow/access_key, and nothing is mounted',
  ],
  [
    'source-aws-billing/kubernetes-production',
    'value: "8081"',
    'value: "8082"',
    'the program does not open the port 8081',
  ],
  [
    'source-aws-billing/kubernetes-production',
    'value: "8081"',
    'value: 8081',
    '/env/0/value: must be string',
  ],
  [
    'source-aws-billing/kubernetes-production',
    '- port: admin',
    '- port: http',
    'port http is no port of the Service',
  ],
  [
    'source-aws-billing/kubernetes-production',
    'claimName: source-aws-billing',
    'claimName: data',
    'there is no PersistentVolumeClaim/data',
  ],
  [
    'source-aws-billing/kubernetes-production',
    'secretName: source-aws-billing',
    'secretName: keys',
    'there is no Secret/keys',
  ],
  ['source-aws-billing', 'AKIAIOSFODNN7EXAMPLE', '${KEY}', 'names the variable KEY, which is not set'],
]

describe('a fault in what is for kubectl apply is found', () => {
  test.each(BROKEN)('%s: %s becomes %s: %s', async (app, right, wrong, fault) => {
    const text = manifest(app)
    const broken = text.replace(right, () => wrong)
    expect(broken).not.toBe(text)
    expect((await faultsIn(broken)).join('\n')).toContain(fault)
  })

  test('a key that is written twice', async () => {
    const twice = manifest('sink-display').replace('replicas: 1', 'replicas: 1\n  replicas: 2')
    await expect(faultsIn(twice)).rejects.toThrow('Map keys must be unique')
  })
})
