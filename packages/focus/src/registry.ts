import { type CloudEvent, Refused } from '@billow/core'
import type { Charge } from './charge.ts'
import type { FocusDefaults } from './defaults.ts'
import { completeCharge, type Draft } from './draft.ts'
import { restated } from './restated.ts'
import { alibabaDaily, alibabaInstanceDaily } from './mappings/alibaba.ts'
import { awsDaily } from './mappings/aws-daily.ts'
import { passedThrough } from './mappings/passed-through.ts'

/** What a mapping sees of an event: nothing that tells it from another one with the same content. */
export type Said = Pick<CloudEvent, 'source' | 'type' | 'subject' | 'data'>

/** From the events of one type to charges. */
export interface Mapping {
  /** The type of the events. */
  readonly type: string
  /** Which of FOCUS's applicability criteria its charges meet. */
  readonly supports: readonly string[]
  /** What an event says; what it leaves out is filled up. Throws `Refused` for an event that cannot be understood. */
  readonly draft: (event: Said) => Draft
}

/** The mappings that come with this package. */
export const MAPPINGS: readonly Mapping[] = [awsDaily, alibabaDaily, alibabaInstanceDaily, passedThrough]

export interface ChargesOptions {
  /** More mappings; one for a type that is known already takes its place. */
  readonly mappings?: readonly Mapping[]
  readonly defaults?: FocusDefaults
}

/**
 * From events to charges, one each, by the events' type.
 * @throws Refused for an event of a type that no mapping knows, or that its mapping cannot understand.
 * @throws ConfigError where a column must have a value that neither event nor defaults say.
 */
export function charges({
  mappings = [],
  defaults = {},
}: ChargesOptions = {}): (event: CloudEvent) => Charge {
  const draftOf = drafts(mappings)
  return event => completeCharge(restated(draftOf(event), event), defaults)
}

/** What the mappings say of events, these before ours. */
export function drafts(mappings: readonly Mapping[]): (event: Said) => Draft {
  const known = new Map([...MAPPINGS, ...mappings].map(mapping => [mapping.type, mapping]))
  return event => {
    const mapping = known.get(event.type)
    if (mapping) return mapping.draft(event)
    throw new Refused(
      `no mapping to a charge is known for events of type ${event.type}; there is one for ${[...known.keys()].join(', ')}`,
    )
  }
}
