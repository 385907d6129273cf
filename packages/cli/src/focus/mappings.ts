import { ConfigError } from '@billow/core'
import type { Mapping } from '@billow/focus'
import { findConnector, type Place } from '../find.ts'

/** The name under which a connector's module exports the mappings of its events. */
export const EXPORTED = 'focusMappings'

/** What the module of a source brings of its own. */
export async function mappingsOf(source: string, place: Place): Promise<readonly Mapping[]> {
  const found = await findConnector(source, place)
  const mappings = 'module' in found ? (found.module as Record<string, unknown>)[EXPORTED] : undefined
  if (mappings === undefined) return []
  if (Array.isArray(mappings) && mappings.every(isMapping)) return mappings
  throw new ConfigError(
    `${source}: found another thing exported as ${EXPORTED}; allowed is a list of mappings, each with type, supports and draft`,
  )
}

function isMapping(value: unknown): value is Mapping {
  const { type, supports, draft } = Object(value) as Partial<Mapping>
  return typeof type === 'string' && Array.isArray(supports) && typeof draft === 'function'
}
