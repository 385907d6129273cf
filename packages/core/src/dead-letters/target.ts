import { Default } from 'typebox/value'
import type { Side } from '../connect/side.ts'
import { httpTarget, targetConfig } from '../http/index.ts'
import type { RuntimeConfig } from '../runtime/config.ts'
import type { DeadLetterTarget } from './elsewhere.ts'

/** What the way to both targets has in common. Never credentials: they are the other target's. */
const SHARED = ['timeout', 'max_in_flight', 'proxy', 'ca']

/** The HTTP target that `dead_letter` names; nothing where it is not configured. */
export function deadLetterTarget(
  config: Pick<RuntimeConfig, 'dead_letter'>,
  side: Side,
): DeadLetterTarget | undefined {
  if (!config.dead_letter) return undefined
  const shared = Object.entries(config).filter(([key]) => SHARED.includes(key))
  const own = Default(targetConfig, { ...Object.fromEntries(shared), ...config.dead_letter })
  return { sink: httpTarget, side: { ...side, config: own } }
}
