import type { TSchema } from '@billow/core'
import type { Outside } from '../spec.ts'
import type { World } from '../world.ts'
import type { SourceSpec } from './spec.ts'

interface Sending {
  settled(): Promise<void>
  readonly stop: AbortController
}

/** Has the senders of a source that listens do their work, then stops it; rejects where they fail. */
export async function pushAll<S extends TSchema, O extends Outside>(
  { push }: SourceSpec<S, O>,
  { listening, outside }: World<O>,
  { settled, stop }: Sending,
): Promise<void> {
  if (push) {
    try {
      await push(outside, await listening(), stop.signal)
    } catch (error) {
      if (!stop.signal.aborted) throw new Error('push failed', { cause: error })
    }
    await settled()
    stop.abort()
  }
  // Those who end the run are others.
  await new Promise<void>(resolve => stop.signal.addEventListener('abort', () => resolve(), { once: true }))
}
