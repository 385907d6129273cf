import type { IDeployment } from 'kubernetes-models/apps/v1'
import { has, podFaults, portsOf } from './pod-references.ts'
import { nameOf, ofKind, type Pod, type Resource } from './resources.ts'

type Labels = Readonly<Record<string, string>>

/** References between resources of one file that lead nowhere. `own` are those that the user brings: `Secret/aws-keys`. */
export function referenceFaults(resources: readonly Resource[], own: readonly string[] = []): string[] {
  const names = new Set([...own, ...resources.map(nameOf)])
  const missing = (where: string, kind: string, name: string | undefined): string[] =>
    names.has(`${kind}/${name}`) ? [] : [`${where}: there is no ${kind}/${name}`]
  const deployments = ofKind(resources, 'Deployment')
  return [
    ...oneNamespace(resources),
    ...deployments.flatMap(deployment => selectorFaults(deployment)),
    ...deployments.flatMap(deployment => podFaults(nameOf(deployment), podOf(deployment), missing)),
    ...serviceFaults(resources),
    ...monitorFaults(resources),
    ...policyFaults(resources),
  ]
}

const podOf = ({ spec }: IDeployment): Pod => spec?.template.spec
const labelsOf = ({ spec }: IDeployment): Labels => spec?.template.metadata?.labels ?? {}
const matches = (selector: Labels = {}, labels: Labels = {}): boolean =>
  Object.keys(selector).length > 0 && Object.entries(selector).every(([key, value]) => labels[key] === value)

function oneNamespace(resources: readonly Resource[]): string[] {
  const all = new Set(resources.map(({ metadata }) => metadata?.namespace))
  return all.size > 1 ? [`resources are in different namespaces: ${[...all].join(', ')}`] : []
}

function selectorFaults(deployment: IDeployment): string[] {
  if (matches(deployment.spec?.selector.matchLabels, labelsOf(deployment))) return []
  return [`${nameOf(deployment)}: its selector does not match the labels of its pods`]
}

function serviceFaults(resources: readonly Resource[]): string[] {
  return ofKind(resources, 'Service').flatMap(service => {
    const pods = ofKind(resources, 'Deployment').filter(deployment =>
      matches(service.spec?.selector, labelsOf(deployment)),
    )
    if (pods.length === 0) return [`${nameOf(service)}: it selects no pod`]
    const ports = pods.flatMap(deployment => portsOf(podOf(deployment)))
    return (service.spec?.ports ?? [])
      .map(({ port, targetPort = port }) => targetPort)
      .filter(port => !has(ports, port))
      .map(port => `${nameOf(service)}: its targetPort ${port} is no port of the pods`)
  })
}

function monitorFaults(resources: readonly Resource[]): string[] {
  return ofKind(resources, 'ServiceMonitor').flatMap(monitor => {
    const services = ofKind(resources, 'Service').filter(({ metadata }) =>
      matches(monitor.spec.selector.matchLabels, metadata?.labels),
    )
    if (services.length === 0) return [`${nameOf(monitor)}: it selects no Service`]
    const ports = services.flatMap(({ spec }) => (spec?.ports ?? []).map(({ name }) => name))
    return monitor.spec.endpoints
      .filter(({ port }) => !ports.includes(port))
      .map(({ port }) => `${nameOf(monitor)}: port ${port} is no port of the Service`)
  })
}

function policyFaults(resources: readonly Resource[]): string[] {
  const pods = ofKind(resources, 'Deployment')
  const selects = (labels: Labels | undefined): boolean => pods.some(pod => matches(labels, labelsOf(pod)))
  return [
    ...ofKind(resources, 'PodDisruptionBudget')
      .filter(({ spec }) => !selects(spec?.selector?.matchLabels))
      .map(budget => `${nameOf(budget)}: it selects no pod`),
    ...ofKind(resources, 'NetworkPolicy').flatMap(policy => [
      ...(selects(policy.spec?.podSelector?.matchLabels) ? [] : [`${nameOf(policy)}: it selects no pod`]),
      ...(policy.spec?.ingress ?? [])
        .flatMap(({ ports }) => ports ?? [])
        .filter(
          ({ port }) =>
            !has(
              pods.flatMap(pod => portsOf(podOf(pod))),
              port,
            ),
        )
        .map(({ port }) => `${nameOf(policy)}: port ${port} is no port of the pods`),
    ]),
  ]
}
