import type { CloudEvent } from '@billow/core'

/** What an event is made of; only its id changes from one event to the next. */
export type EventKind = 'small' | 'aws'

const small = {
  source: 'cloud.aws.billing',
  type: 'aws.service.daily',
  datacontenttype: 'application/json',
  time: '2023-01-15T02:00:00Z',
  data: { date: '2023-01-15', service: 'CloudWatch', amount: '0.0009' },
}

/** As the document of the AWS source shows it. */
const aws = {
  ...small,
  time: '2022-06-14T07:05:55.777689Z',
  data: {
    date: '2023-01-15',
    service: 'CloudWatch Events',
    amortizedCost: { amount: '0.0009189721', unit: 'USD' },
    blendedCost: { amount: '0.0009189721', unit: 'USD' },
    netAmortizedCost: { amount: '0.0009189721', unit: 'USD' },
    netUnblendedCost: { amount: '0.0009189721', unit: 'USD' },
    unblendedCost: { amount: '0.0009189721', unit: 'USD' },
  },
}

const KINDS = { small, aws }

/** The event of this number. */
export function eventOf(kind: EventKind, number: number): CloudEvent {
  const { source, type, datacontenttype, time, data } = KINDS[kind]
  const id = `4395ffa3-f6de-443c-bf0e-${number.toString(16).padStart(12, '0')}`
  return { specversion: '1.0', id, source, type, datacontenttype, time, data }
}
