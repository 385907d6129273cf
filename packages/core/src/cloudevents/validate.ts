import type { CloudEvent } from '../connector.ts'
import { Refused } from '../errors.ts'
import { readAttributes } from './attributes.ts'
import { checkData } from './data.ts'

/**
 * Checks an event as an author made it: CloudEvents 1.0.2, with bytes either as `data_base64` or as a `Uint8Array`
 * in `data`. Nothing is filled in: not even a missing id or time.
 * @throws Refused with every fault in one line.
 */
export function validateEvent(event: CloudEvent): void {
  const faults: string[] = []
  readAttributes(event, faults)
  checkData(event, faults)
  if (faults.length > 0) throw new Refused(faults.join('; '))
}
