import { Retryable, streamSource, Throttled, Type } from '@billow/core'
import { request } from 'undici'

interface Page {
  entries: { id: string; title: string; at: string }[]
  /** Where the next page begins. */
  next: string
}

const PAUSE_MS = 60_000

/** A feed of changes, read on and on: `GET /changes?after=CURSOR`. */
export const feed = streamSource({
  name: 'source-feed',
  config: Type.Object({ endpoint: Type.String({ format: 'http-url', description: 'The URL of the feed' }) }),
  async *read(cursor = '', { config, signal, clock }) {
    for (let after = cursor; ; ) {
      const query = { after }
      const { statusCode, headers, body } = await request(`${config.endpoint}/changes`, { query, signal })
      const text = await body.text()
      const wait = Number(headers['retry-after'] ?? 60) * 1000
      if (statusCode === 429) throw new Throttled('the feed asks us to wait', { retryAfterMs: wait })
      if (statusCode !== 200) throw new Retryable(`the feed answered ${statusCode}`)
      const { entries, next } = JSON.parse(text) as Page
      // The id is the feed's own: an entry that is read again carries the same one.
      const events = entries.map(({ id, title, at }) => {
        return {
          specversion: '1.0',
          id,
          source: config.endpoint,
          type: 'feed.entry',
          time: at,
          data: { title },
        }
      })
      if (next !== after) yield { events, cursor: next }
      else await clock.sleep(PAUSE_MS, signal)
      after = next
    }
  },
})

export default feed
