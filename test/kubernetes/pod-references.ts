import type { Pod } from './resources.ts'

interface Port {
  readonly name?: string
  readonly number: number
}

export const portsOf = (pod: Pod): Port[] =>
  (pod?.containers ?? []).flatMap(({ ports }) =>
    (ports ?? []).map(({ name, containerPort: number }) => ({ ...(name && { name }), number })),
  )
export const has = (ports: readonly Port[], port: string | number | undefined): boolean =>
  ports.some(({ name, number }) => port === (typeof port === 'number' ? number : name))

/** The fault of a resource that is not there, if it is not. */
export type Missing = (where: string, kind: string, name: string | undefined) => string[]

/** What a pod names and nobody has: volumes, resources behind them, accounts, ports of probes. */
export function podFaults(where: string, pod: Pod, missing: Missing): string[] {
  const volumes = pod?.volumes ?? []
  const ports = portsOf(pod)
  const mounts = (pod?.containers ?? []).flatMap(({ volumeMounts }) => volumeMounts ?? [])
  const paths = mounts.map(({ mountPath }) => mountPath)
  return [
    ...volumes.flatMap(({ name, configMap, secret, persistentVolumeClaim: claim }) => [
      ...(configMap ? missing(where, 'ConfigMap', configMap.name) : []),
      ...(secret ? missing(where, 'Secret', secret.secretName) : []),
      ...(claim ? missing(where, 'PersistentVolumeClaim', claim.claimName) : []),
      ...(mounts.some(mount => mount.name === name) ? [] : [`${where}: volume ${name} is not mounted`]),
    ]),
    ...mounts
      .filter(({ name }) => !volumes.some(volume => volume.name === name))
      .map(({ name }) => `${where}: there is no volume ${name}`),
    ...paths
      .filter((path, index) => paths.indexOf(path) !== index)
      .map(path => `${where}: two volumes are mounted at ${path}`),
    ...(pod?.serviceAccountName ? missing(where, 'ServiceAccount', pod.serviceAccountName) : []),
    ...(pod?.containers ?? []).flatMap(({ env, envFrom, ...container }) => [
      ...(env ?? []).flatMap(({ valueFrom }) => [
        ...(valueFrom?.secretKeyRef ? missing(where, 'Secret', valueFrom.secretKeyRef.name) : []),
        ...(valueFrom?.configMapKeyRef ? missing(where, 'ConfigMap', valueFrom.configMapKeyRef.name) : []),
      ]),
      ...(envFrom ?? []).flatMap(({ configMapRef, secretRef }) => [
        ...(configMapRef ? missing(where, 'ConfigMap', configMapRef.name) : []),
        ...(secretRef ? missing(where, 'Secret', secretRef.name) : []),
      ]),
      ...(['startupProbe', 'livenessProbe', 'readinessProbe'] as const)
        .map(probe => [probe, container[probe]?.httpGet?.port] as const)
        .filter(([, port]) => port !== undefined && !has(ports, port))
        .map(([probe, port]) => `${where}: ${probe} asks port ${port}, which no container has`),
    ]),
  ]
}
