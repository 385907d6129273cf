import { dirname, posix } from 'node:path'
import { parse } from 'yaml'
import { files as PIPELINE_FILES } from '../../apps/billow/src/contents.ts'
import { DEFAULT_FILES } from '../../packages/core/src/runtime/config-file.ts'
import { connectorOf, faultsOf, NAMES, pipelineFaultsOf, variablesOf } from '../support/configs.ts'
import { nameOf, ofKind, type Pod, type Resource } from './resources.ts'

const OURS = /^ghcr\.io\/billow\/([\w-]+)(:[\w.-]+)?(@sha256:\w+)?$/
const VARIABLES = new Set(NAMES.flatMap(name => variablesOf(connectorOf(name))))
type Container = NonNullable<Pod>['containers'][number]

/** Whether what our program finds in its pod is a configuration that it takes. */
export async function configurationFaults(
  resources: readonly Resource[],
  own: readonly string[] = [],
): Promise<string[]> {
  const faults: string[] = []
  for (const deployment of ofKind(resources, 'Deployment')) {
    const pod = deployment.spec?.template.spec
    for (const container of pod?.containers ?? []) {
      const said = await containerFaults(container, { pod, resources, own })
      faults.push(...said.map(fault => `${nameOf(deployment)}: ${fault}`))
    }
  }
  return faults
}

interface Place {
  readonly pod: Pod
  readonly resources: readonly Resource[]
  readonly own: readonly string[]
}

async function containerFaults(container: Container, place: Place): Promise<string[]> {
  const name = OURS.exec(container.image ?? '')?.[1] ?? ''
  if (name !== 'billow' && !NAMES.includes(name)) return [`its image ${container.image} is none of ours`]
  const env = new Map((container.env ?? []).map(({ name, value }) => [name, value]))
  const named = env.get('CONNECTOR_CONFIG')
  const text = (named ? [named] : name === 'billow' ? PIPELINE_FILES : DEFAULT_FILES)
    .map(file => mountedAt(file, container, place))
    .find(text => text !== undefined)
  if (text === undefined) return ['no ConfigMap is mounted where the program looks for its configuration']
  const faults = name === 'billow' ? (await pipelineFaultsOf(text)).faults : faultsOf(connectorOf(name), text)
  return [
    ...faults,
    ...[...text.matchAll(/\$\{file:([^}]+)\}/g)]
      .map(([, file = '']) => file)
      .filter(file => mountedAt(file, container, place) === undefined)
      .map(file => `the configuration names the file ${file}, and nothing is mounted there`),
    ...[...text.matchAll(/\$\{(\w+)\}/g)]
      .map(([, variable = '']) => variable)
      .filter(variable => !env.has(variable))
      .map(variable => `the configuration names the variable ${variable}, which is not set`),
    ...[...env.keys()]
      .filter(variable => /^(BILLOW|CONNECTOR|LOG)_/.test(variable) && !VARIABLES.has(variable))
      .map(variable => `the program knows no variable ${variable}`),
    ...dataFaults(container, env),
    ...portFaults(portsOf(name, parse(text), env), container),
  ]
}

/** The text of a file in a container; an empty one of what the user brings; nothing where there is none. */
function mountedAt(file: string, container: Container, { pod, resources, own }: Place): string | undefined {
  const mount = container.volumeMounts?.find(({ mountPath }) => mountPath === dirname(file))
  const volume = pod?.volumes?.find(({ name }) => name === mount?.name)
  const key = posix.basename(file)
  if (volume?.configMap) {
    const map = ofKind(resources, 'ConfigMap').find(
      ({ metadata }) => metadata?.name === volume.configMap?.name,
    )
    return map?.data?.[key]
  }
  if (!volume?.secret) return undefined
  const name = volume.secret.secretName
  if (own.includes(`Secret/${name}`)) return ''
  const secret = ofKind(resources, 'Secret').find(({ metadata }) => metadata?.name === name)
  return secret?.stringData?.[key] ?? secret?.data?.[key]
}

/** Where the root is read only, the state needs a place that can be written. */
function dataFaults(
  { securityContext, volumeMounts = [] }: Container,
  env: ReadonlyMap<string, string | undefined>,
): string[] {
  const directory = env.get('BILLOW_DATA_DIR') ?? '/var/lib/billow'
  const mounted = volumeMounts.some(({ mountPath, readOnly }) => mountPath === directory && !readOnly)
  if (mounted || !securityContext?.readOnlyRootFilesystem) return []
  return [`the root is read only, and nothing that can be written is mounted at ${directory}`]
}

interface Entry {
  readonly source?: unknown
  readonly receiver?: number | { readonly port?: number }
}
interface Written {
  readonly port?: number
  readonly connectors?: readonly Entry[]
}

/** The ports that a program opens with this configuration. */
function portsOf(
  name: string,
  { port = 8080, connectors = [] }: Written,
  env: ReadonlyMap<string, string | undefined>,
): readonly number[] {
  const admin = Number(env.get('CONNECTOR_ADMIN_PORT'))
  if (name.startsWith('sink-')) return [admin, Number(env.get('CONNECTOR_PORT') ?? port)]
  return [
    admin,
    ...connectors
      .filter(({ source }) => source === undefined)
      .map(({ receiver = {} }) => (typeof receiver === 'number' ? receiver : (receiver.port ?? 8080))),
  ]
}

/** A port that is declared is one that the program opens. */
const portFaults = (open: readonly number[], { ports = [] }: Container): string[] =>
  ports
    .map(({ containerPort }) => containerPort)
    .filter(port => !open.includes(port))
    .map(port => `the program does not open the port ${port}`)
