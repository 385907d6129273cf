import { type Batch, type CloudEvent, Retryable, type Source, Type } from '@billow/core'
import { request } from 'undici'

const BATCH = 50
const PAUSE_MS = 30_000
const OUTBOX = 'outbox/'

interface Page {
  readonly items: readonly string[]
}

/**
 * A source on the public interface alone, whose safety hangs on `state.transaction`: what it reads goes into an outbox
 * together with the place to read on from, and leaves the outbox when it is delivered.
 */
export const outbox: Source = {
  name: 'source-outbox',
  config: Type.Object({ endpoint: Type.String({ format: 'http-url' }) }),
  order: 'ordered',
  async *read({ config, state, signal, clock, log }) {
    const { endpoint } = config as { endpoint: string }
    async function* deliver(): AsyncGenerator<Batch> {
      let batch: [string, CloudEvent][] = []
      const take = (): Batch => {
        const taken = batch
        batch = []
        return {
          events: taken.map(([, event]) => event),
          commit: () =>
            state.transaction(async keys => {
              for (const [key] of taken) await keys.delete(key)
            }),
        }
      }
      for await (const [key, text] of state.scan(OUTBOX)) {
        batch.push([key, JSON.parse(text) as CloudEvent])
        if (batch.length === BATCH) yield take()
      }
      if (batch.length > 0) yield take()
    }

    yield* deliver()
    while (!signal.aborted) {
      const cursor = Number((await state.get('cursor')) ?? 0)
      const { statusCode, body } = await request(`${endpoint}/?after=${cursor}`, { signal })
      const { items } = JSON.parse(await body.text()) as Page
      if (statusCode !== 200) throw new Retryable(`the feed answered ${statusCode}`)
      if (items.length === 0) {
        yield { events: [] }
        log.info('waiting for the next pull')
        await clock.sleep(PAUSE_MS, signal)
        continue
      }
      const time = clock.now().toISOString()
      await state.transaction(async keys => {
        await keys.set('cursor', String(cursor + items.length))
        for (const [index, name] of items.entries()) {
          const number = String(cursor + index).padStart(12, '0')
          const event = {
            specversion: '1.0',
            id: number,
            source: 'soak',
            type: 'soak.item',
            time,
            data: { name },
          }
          await keys.set(OUTBOX + number, JSON.stringify(event))
        }
      })
      yield* deliver()
    }
  },
}
