import { HTTP } from 'cloudevents'
import { decode } from '../packages/core/src/cloudevents/index.ts'
import { eventOf } from './events.ts'
import { type Arm, type Measured, measure } from './measure.ts'

const text = JSON.stringify(eventOf('small', 1))
const body = Buffer.from(text)
const exact = Buffer.from(text.replace('"0.0009"', '0.00090'))
const headers = { 'content-type': 'application/cloudevents+json' }
const distinct = { 'content-type': ['application/cloudevents+json'] }

const arms: readonly Arm[] = [
  { name: 'JSON.parse of the body, the floor', run: () => JSON.parse(body.toString()) },
  { name: 'the floor again', run: () => JSON.parse(body.toString()) },
  { name: 'Billow', run: () => decode(distinct, body) },
  { name: 'Billow, digits that a double would lose', run: () => decode(distinct, exact) },
  { name: 'cloudevents SDK', run: () => HTTP.toEvent({ headers, body: body.toString() }) },
]

/** CPU time to read one event from the body of a request. */
export const compareCodecs = (quick: boolean): Promise<Measured[]> =>
  measure(arms, quick ? { rounds: 1, count: 100 } : { rounds: 7, count: 50_000 })
