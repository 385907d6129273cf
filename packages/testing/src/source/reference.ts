import type { CloudEvent, TSchema } from '@billow/core'
import { type Ledger, ledgerOf } from '../ledger.ts'
import { must } from '../must.ts'
import { randomFrom } from '../random.ts'
import type { Outside } from '../spec.ts'
import { inWorld, type World } from '../world.ts'
import { type Run, type RunOptions, run } from './run.ts'
import { slowSink } from './sink.ts'
import type { SourceSpec } from './spec.ts'

/** A trial of a source: a spec with what a reading without any fault gave. */
export interface Trial<O extends Outside> {
  readonly spec: SourceSpec<TSchema, O>
  /** The reading without any fault, done once. */
  reference(): Promise<Reference>
  /** Does something in a world of its own. */
  within<T>(work: (world: World<O>) => Promise<T>): Promise<T>
  run(world: World<O>, options?: RunOptions): Promise<Run>
}

export interface Reference extends Pick<Run, 'batches' | 'places'> {
  readonly events: readonly CloudEvent[]
  readonly ledger: Ledger
}

export function createTrial<S extends TSchema, O extends Outside>(given: SourceSpec<S, O>): Trial<O> {
  const spec = given as unknown as SourceSpec<TSchema, O>
  let reading: Promise<Reference> | undefined
  const trial: Trial<O> = {
    spec,
    within: work => inWorld(spec.source, spec, work),
    run: (world, options) => run(spec, world, options),
    reference() {
      reading ??= trial.within(async world => {
        const {
          accepted: events,
          batches,
          places,
          error,
        } = await trial.run(world, {
          restart: false,
          ...slowSink(randomFrom(spec.seed ?? 1)),
        })
        if (error) throw new Error(`without any fault the reading failed: ${error.message}`, { cause: error })
        must(events.length > 0, 'the outside gave no event: nothing can be shown with that')
        return { events, batches, places, ledger: ledgerOf(events) }
      })
      return reading
    },
  }
  return trial
}
