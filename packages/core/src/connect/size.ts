import type { CloudEvent } from '../connector.ts'

/** What a value costs beside its text. */
const VALUE_BYTES = 16

/** About how much memory an event takes, without writing it as JSON: for sources that do not know. */
export function sizeOf(event: CloudEvent): number {
  let bytes = 0
  const left: unknown[] = [event]
  while (left.length > 0) {
    const value = left.pop()
    bytes += VALUE_BYTES
    if (typeof value === 'string') bytes += value.length
    else if (ArrayBuffer.isView(value)) bytes += value.byteLength
    else if (typeof value === 'object' && value !== null) {
      for (const [key, member] of Object.entries(value)) {
        bytes += key.length
        left.push(member)
      }
    }
  }
  return bytes
}
