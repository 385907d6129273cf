import type { IDeployment } from 'kubernetes-models/apps/v1'
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1'
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1'
import type {
  IConfigMap,
  IPersistentVolumeClaim,
  ISecret,
  IService,
  IServiceAccount,
} from 'kubernetes-models/v1'
import type { IServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1'
import { parseAllDocuments } from 'yaml'

export type Resource =
  | IConfigMap
  | IDeployment
  | INetworkPolicy
  | IPersistentVolumeClaim
  | IPodDisruptionBudget
  | ISecret
  | IService
  | IServiceAccount
  | IServiceMonitor
export type Kind = Resource['kind']
export type Pod = NonNullable<IDeployment['spec']>['template']['spec']

/** The documents of a file as kubectl reads them: YAML 1.1, so that `on` is a boolean and 0440 is octal. */
export function parseResources(text: string): Resource[] {
  return parseAllDocuments(text, { version: '1.1' })
    .filter(document => document.contents !== null)
    .map(document => {
      const [error] = [...document.errors, ...document.warnings]
      if (error) throw error
      return document.toJS() as Resource
    })
}

export function ofKind<K extends Kind>(
  resources: readonly Resource[],
  kind: K,
): Extract<Resource, { kind: K }>[] {
  return resources.filter(resource => resource.kind === kind) as Extract<Resource, { kind: K }>[]
}

/** Such as `Deployment/sink-display`. */
export const nameOf = ({ kind, metadata }: Resource): string => `${kind}/${metadata?.name ?? 'no name'}`
