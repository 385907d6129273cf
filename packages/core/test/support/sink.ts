import type { CloudEvent, Outcome, Sink } from '../../src/connector.ts'
import { Type } from 'typebox'

type Answer = (
  events: readonly CloudEvent[],
  attempt: number,
) => Outcome | undefined | Promise<Outcome | undefined>

/** A sink that remembers what was safe, in order; `answer` may refuse, fail or leave events unsent. */
export function memorySink(
  answer: Answer = () => undefined,
  concurrency = 1,
): Sink & { readonly safe: CloudEvent[]; opened: number } {
  const safe: CloudEvent[] = []
  let attempt = 0
  const sink = {
    name: 'memory',
    config: Type.Object({}),
    safe,
    opened: 0,
    async open() {
      sink.opened += 1
      return {
        concurrency,
        async write(events: readonly CloudEvent[]) {
          attempt += 1
          const outcome = await answer(events, attempt)
          const lost = new Set([
            ...(outcome?.unsent ?? []),
            ...(outcome?.refused ?? []).map(({ event }) => event),
          ])
          safe.push(...events.filter(event => !lost.has(event)))
          return outcome
        },
      }
    },
  }
  return sink
}
