// Node-RED from bench/node-red, with a flow that does the job, and nothing beside it: no editor, no log.
import { createServer, type RequestListener } from 'node:http'
import { type EventEmitter, once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { batchSize, data, IN_FLIGHT, nextPortion, PAGE, event, port, tally, target } from '../subject.ts'

/** What is used of Node-RED's own interface. */
interface NodeRed {
  init(server: unknown, settings: object): void
  start(): Promise<void>
  readonly httpNode: RequestListener
  readonly events: EventEmitter
}

export interface FlowNode {
  readonly id: string
  readonly type: string
  readonly wires: readonly (readonly string[])[]
  readonly [key: string]: unknown
}

/** Posts a message to the target; its answer goes to the node `judge`. */
export const POST: FlowNode = {
  id: 'post',
  type: 'http request',
  method: 'POST',
  ret: 'txt',
  url: target,
  persist: true,
  wires: [['judge']],
}

const HOME = join(import.meta.dirname, '../../node-red')

/** Runs a flow. Its function nodes find the bench in the global context. */
export async function runFlow(nodes: readonly FlowNode[]): Promise<void> {
  const load = createRequire(join(HOME, 'package.json'))
  const red = load('node-red') as NodeRed
  const flow = nodes.map(node => ({ z: 'flow', x: 0, y: 0, ...node }))
  writeFileSync(join(data, 'flows.json'), JSON.stringify([{ id: 'flow', type: 'tab' }, ...flow]))
  const server = createServer((request, response) => red.httpNode(request, response))
  red.init(server, {
    userDir: data,
    flowFile: 'flows.json',
    httpAdminRoot: false,
    logging: { console: { level: 'off' } },
    // What is set is on the disk at once, as in the other programs.
    contextStorage: {
      default: { module: 'memory' },
      disk: { module: 'localfilesystem', config: { cache: false } },
    },
    functionGlobalContext: { bench: { tally, nextPortion, event, batchSize, PAGE, IN_FLIGHT } },
  })
  await Promise.all([once(red.events, 'flows:started'), red.start()])
  server.listen(port, '127.0.0.1')
}
