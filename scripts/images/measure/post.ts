import { Agent, request } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'

export interface Posting {
  readonly url: string
  /** Events a second; as many as are answered, if left out. */
  readonly rate?: number
  /** Events of a request. */
  readonly each: number
  readonly events: number
  /** Bytes of an event's data beside the document's. */
  readonly more?: number
}

const CONNECTIONS = 32
const AGAIN_MS = 100

/** Posts so many events, each request until it is answered 204; resolves to the seconds it took. */
export async function post({ url, rate = Infinity, each, events, more = 0 }: Posting): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const began = performance.now()
  const seconds = (): number => (performance.now() - began) / 1000
  let sent = 0
  const sender = async (): Promise<void> => {
    while (sent < events) {
      const first = sent
      sent += each
      await wait(Math.max(0, (first / rate - seconds()) * 1000))
      const body = bodyOf(first, each, more)
      while ((await send(agent, url, body)) !== 204) await wait(AGAIN_MS)
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, sender))
  agent.destroy()
  return seconds()
}

function bodyOf(first: number, each: number, more: number): Buffer {
  const events = Array.from({ length: each }, (_, index) => eventOf(first + index, more))
  return Buffer.from(JSON.stringify(events))
}

const cost = { amount: '0.0009189721', unit: 'USD' }

/** Bills have more than one day. */
const DAYS = 28

/** As the document of the AWS source shows it. */
const eventOf = (number: number, more: number): object => ({
  specversion: '1.0',
  id: `measured-${number}`,
  source: 'cloud.aws.billing',
  type: 'aws.service.daily',
  datacontenttype: 'application/json',
  time: '2022-06-14T07:05:55.777689Z',
  data: {
    date: `2023-01-${String((number % DAYS) + 1).padStart(2, '0')}`,
    service: `CloudWatch Events${' '.repeat(more)}`,
    amortizedCost: cost,
    blendedCost: cost,
    netAmortizedCost: cost,
    netUnblendedCost: cost,
    unblendedCost: cost,
  },
})

/** Resolves to the status of the answer; to nothing where it was cut off. Fails where nobody listens. */
function send(agent: Agent, url: string, body: Buffer): Promise<number | undefined> {
  const headers = { 'content-type': 'application/cloudevents-batch+json', 'content-length': body.length }
  return new Promise((resolve, reject) => {
    request(url, { method: 'POST', agent, headers }, answer => {
      answer.resume().on('end', () => resolve(answer.statusCode))
    })
      .on('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ECONNREFUSED') reject(error)
        else resolve(undefined)
      })
      .end(body)
  })
}
