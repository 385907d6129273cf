import type { CloudEvent } from '../connector.ts'

/** What a value costs beside its text. */
const VALUE_BYTES = 16

/** About how much memory an event takes, without writing it as JSON: for sources that do not know. */
export function sizeOf(event: CloudEvent): number {
  let bytes = VALUE_BYTES
  // Most members are texts: only what has members of its own waits its turn.
  const left: object[] = [event]
  for (let value = left.pop(); value; value = left.pop()) {
    if (ArrayBuffer.isView(value)) {
      bytes += value.byteLength
      continue
    }
    for (const key of Object.keys(value)) {
      const member = (value as Readonly<Record<string, unknown>>)[key]
      bytes += VALUE_BYTES + key.length
      if (typeof member === 'string') bytes += member.length
      else if (typeof member === 'object' && member !== null) left.push(member)
    }
  }
  return bytes
}
