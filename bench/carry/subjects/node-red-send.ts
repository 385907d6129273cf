import { type FlowNode, POST, runFlow } from './node-red.ts'

const nodes: FlowNode[] = [
  { id: 'begin', type: 'inject', once: true, onceDelay: 0, repeat: '', props: [], wires: [['read']] },
  {
    id: 'read',
    type: 'function',
    func: `
      const { nextPortion, event, batchSize, PAGE } = global.get('bench')
      const header = batchSize === 1 ? 'application/cloudevents+json' : 'application/cloudevents-batch+json'
      const portion = context.get('portion') ?? await nextPortion()
      const { from, to } = portion
      const end = Math.min(from + PAGE, to)
      context.set('portion', end < to ? { from: end, to } : undefined)
      const events = Array.from({ length: end - from }, (_, index) => event(from + index))
      const bodies = batchSize === 1 ? events.map(one => JSON.stringify(one)) : [JSON.stringify(events)]
      const page = { requests: bodies.length, cursor: String(end) }
      for (const payload of bodies) node.send({ payload, page, headers: { 'content-type': header } })`,
    wires: [['post']],
  },
  POST,
  {
    id: 'judge',
    type: 'function',
    // A page at a time: what the flow has of its own to bound what is under way.
    func: `
      if (msg.statusCode < 200 || msg.statusCode > 299) throw new Error('answered ' + msg.statusCode)
      const left = (context.get('left') || msg.page.requests) - 1
      context.set('left', left)
      if (left > 0) return
      flow.set('cursor', msg.page.cursor, 'disk', error => {
        if (error) node.error(error)
        else node.send({})
      })`,
    wires: [['read']],
  },
]

await runFlow(nodes)
