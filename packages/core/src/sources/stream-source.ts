import type { Static, TSchema } from 'typebox'
import { createFilling } from '../connect/filling.ts'
import type { Batch, CloudEvent, Context, Source } from '../connector.ts'

/** Some events, and the place behind them. */
export interface StreamPage {
  readonly events: readonly CloudEvent[]
  /** Text that `read` understands: an offset, a token, a time. Never empty. */
  readonly cursor: string
}

/** What an author writes for something that is read on and on; `streamSource` makes a source of it. */
export interface EventStream<S extends TSchema = TSchema> {
  readonly name: string
  readonly config: S
  readonly commands?: Source<S>['commands']
  check?(context: Context<Static<S>>): Promise<readonly string[]>
  /** Reads on behind `cursor`, or from the beginning where there is none. Ids are the author's: the same event has
   *  the same id each time it is read. */
  read(cursor: string | undefined, context: Context<Static<S>>): AsyncIterable<StreamPage>
}

/** Makes a source of an endless read. A page's cursor is stored when every event of the page is safe. */
export function streamSource<S extends TSchema>(stream: EventStream<S>): Source<S> {
  const { name, config, check, commands } = stream
  return {
    name,
    config,
    order: 'ordered',
    ...(check && { check }),
    ...(commands && { commands }),
    async *read(context) {
      const { state } = context
      for await (const page of stream.read(await state.get('cursor'), context)) {
        yield* batchesOf(page, () => state.set('cursor', page.cursor))
      }
    },
  }
}

/** A page in batches; the last one saves the place. */
function* batchesOf({ events }: StreamPage, save: () => Promise<void>): Generator<Batch> {
  const filling = createFilling()
  const last = events.at(-1)
  for (const event of events) {
    if (filling.add(event) && event !== last) yield filling.take()
  }
  yield { ...filling.take(), commit: save }
}
