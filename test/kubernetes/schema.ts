import { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1'
import { Deployment } from 'kubernetes-models/apps/v1'
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1'
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1'
import { ConfigMap, PersistentVolumeClaim, Secret, Service, ServiceAccount } from 'kubernetes-models/v1'
import { nameOf, type Resource } from './resources.ts'

interface Model {
  readonly kind: string
  readonly apiVersion: string
  readonly prototype: { validate(): void }
}
const MODELS: readonly Model[] = [
  ConfigMap,
  Deployment,
  NetworkPolicy,
  PersistentVolumeClaim,
  PodDisruptionBudget,
  Secret,
  Service,
  ServiceAccount,
  ServiceMonitor,
]

/** What Kubernetes' own schemas find wrong with a resource, keys that they do not know among it. */
export function schemaFaults(resource: Resource): string[] {
  const { apiVersion, kind } = resource
  const model = MODELS.find(model => model.apiVersion === apiVersion && model.kind === kind)
  if (!model) return [`${nameOf(resource)}: nothing here knows the schema of ${apiVersion} ${kind}`]
  const watched = watch(resource)
  try {
    model.prototype.validate.call(watched.value)
  } catch (error) {
    const { errors = [] } = error as { errors?: readonly { instancePath: string; message: string }[] }
    if (errors.length === 0) throw error
    return errors.map(({ instancePath, message }) => `${nameOf(resource)}${instancePath}: ${message}`)
  }
  return watched.unread().map(path => `${nameOf(resource)}${path}: no such key`)
}

interface Watched {
  readonly value: unknown
  /** The paths of the keys that nobody asked for. */
  unread(): string[]
}

/** The schemas are open: a misspelt key is one that their validators, which ask for keys by name, never read. */
function watch(value: unknown): Watched {
  if (typeof value !== 'object' || value === null) return { value, unread: () => [] }
  const inner = Object.entries(value).map(([key, item]) => [key, watch(item)] as const)
  const below = (): string[] => inner.flatMap(([key, { unread }]) => unread().map(path => `/${key}${path}`))
  if (Array.isArray(value)) return { value: inner.map(([, { value }]) => value), unread: below }
  const read = new Set<string | symbol>()
  const seen = new Proxy(Object.fromEntries(inner.map(([key, { value }]) => [key, value])), {
    get(target, key) {
      read.add(key)
      return Reflect.get(target, key)
    },
  })
  const unknown = (): string[] => inner.filter(([key]) => !read.has(key)).map(([key]) => `/${key}`)
  return { value: seen, unread: () => [...unknown(), ...below().filter(path => !within(path, unknown()))] }
}

const within = (path: string, places: readonly string[]): boolean =>
  places.some(place => path.startsWith(`${place}/`))
