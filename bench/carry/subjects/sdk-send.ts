import { CloudEvent, HTTP } from 'cloudevents'
import { batchSize } from '../subject.ts'
import { type Message, sendPages } from './plain.ts'

const many = { 'content-type': 'application/cloudevents-batch+json' }

// The SDK writes no batches: the list of its events is the nearest that there is.
await sendPages(events => {
  const made = events.map(event => new CloudEvent(event))
  return batchSize === 1
    ? made.map(event => HTTP.structured(event) as Message)
    : [{ headers: many, body: JSON.stringify(made) }]
})
