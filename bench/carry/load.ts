// The sender to every receiver: posts events, one in a request, and says how many were answered with 2xx.
import { Pool } from 'undici'
import { type EventKind, eventOf } from '../events.ts'
import { answer } from './answer.ts'

export interface Load {
  readonly url: string
  readonly kind: EventKind
  readonly from: number
  readonly to: number
}

const AT_ONCE = 32
const headers = { 'content-type': 'application/cloudevents+json' }

answer({
  async post({ url, kind, from, to }: Load): Promise<number> {
    const pool = new Pool(url, { connections: AT_ONCE })
    let next = from
    let accepted = 0
    const work = async (): Promise<void> => {
      while (next < to) {
        const status = await postOne(pool, JSON.stringify(eventOf(kind, next++)))
        if (status >= 200 && status <= 299) accepted += 1
      }
    }
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, work))
      return accepted
    } finally {
      await pool.close()
    }
  },
})

/** The cheapest way that there is: this process must not be what the subject waits for. */
function postOne(pool: Pool, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let answered = 0
    pool.dispatch(
      { method: 'POST', path: '/', headers, body },
      {
        onRequestStart: () => undefined,
        onResponseStart: (_, status) => {
          answered = status
        },
        onResponseData: () => undefined,
        onResponseEnd: () => resolve(answered),
        onResponseError: (_, error) => reject(error),
      },
    )
  })
}
