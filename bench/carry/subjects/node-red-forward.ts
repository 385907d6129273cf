import { type FlowNode, POST, runFlow } from './node-red.ts'

const nodes: FlowNode[] = [
  { id: 'in', type: 'http in', url: '/', method: 'post', wires: [['make']] },
  {
    id: 'make',
    type: 'function',
    func: `
      const event = JSON.parse(msg.payload)
      msg.payload = JSON.stringify(event)
      msg.headers = { 'content-type': 'application/cloudevents+json' }
      return msg`,
    wires: [['post']],
  },
  POST,
  {
    id: 'judge',
    type: 'function',
    func: `
      const good = msg.statusCode >= 200 && msg.statusCode <= 299
      return { req: msg.req, res: msg.res, statusCode: good ? 204 : 503, payload: '' }`,
    wires: [['out']],
  },
  { id: 'out', type: 'http response', wires: [] },
]

await runFlow(nodes)
