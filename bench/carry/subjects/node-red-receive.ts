import { type FlowNode, runFlow } from './node-red.ts'

const nodes: FlowNode[] = [
  { id: 'in', type: 'http in', url: '/', method: 'post', wires: [['count']] },
  {
    id: 'count',
    type: 'function',
    func: `
      const event = JSON.parse(msg.payload)
      global.get('bench').tally.take(event)
      msg.statusCode = 204
      msg.payload = ''
      return msg`,
    wires: [['out']],
  },
  { id: 'out', type: 'http response', wires: [] },
]

await runFlow(nodes)
