import { batchSize } from '../subject.ts'
import { sendPages } from './plain.ts'

const one = { 'content-type': 'application/cloudevents+json' }
const many = { 'content-type': 'application/cloudevents-batch+json' }

await sendPages(events =>
  batchSize === 1
    ? events.map(event => ({ headers: one, body: JSON.stringify(event) }))
    : [{ headers: many, body: JSON.stringify(events) }],
)
