// CPU time to read one event from the body of a request: JSON.parse alone (the floor), Billow's codec, and the official
// CloudEvents SDK. The arms alternate, and the floor runs twice, so that the noise of the machine shows.
import { HTTP } from 'cloudevents'
import { decode } from '../../packages/core/src/cloudevents/index.ts'
import { type Arm, measure, report } from '../measure.ts'

const event = {
  specversion: '1.0',
  id: '4395ffa3-f6de-443c-bf0e-bb9798d26a1d',
  source: 'cloud.aws.billing',
  type: 'aws.service.daily',
  datacontenttype: 'application/json',
  time: '2022-06-14T07:05:55.777689Z',
  data: {
    date: '2023-01-15',
    service: 'CloudWatch Events',
    unblendedCost: { amount: '0.0009189721', unit: 'USD' },
  },
}
const body = Buffer.from(JSON.stringify(event))
const exact = Buffer.from(JSON.stringify(event).replace('"0.0009189721"', '0.00091897210'))
const headers = { 'content-type': 'application/cloudevents+json' }
const distinct = { 'content-type': ['application/cloudevents+json'] }

const arms: Arm[] = [
  { name: 'JSON.parse', run: () => JSON.parse(body.toString()) },
  { name: 'JSON.parse again', run: () => JSON.parse(body.toString()) },
  { name: 'Billow', run: () => decode(distinct, body) },
  { name: 'Billow, digits that a double would lose', run: () => decode(distinct, exact) },
  { name: 'cloudevents SDK', run: () => HTTP.toEvent({ headers, body: body.toString() }) },
]

report('Reading one structured event', await measure(arms, { rounds: 7, count: 50_000 }))
