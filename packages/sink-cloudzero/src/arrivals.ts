import { type CloudEvent, Refused } from '@billow/core'
import { charges, type Mapping } from '@billow/focus'
import { cbfRows } from './cbf/row.ts'
import type { CloudzeroConfig, Stream } from './config.ts'
import { chargeKey } from './kept/slots.ts'
import type { Arrival } from './kept/take.ts'

/** Far above what a bill has, far below what some of them at once need to fill a small container. */
const MAX_ROW_BYTES = 64 * 1024

/**
 * From events to rows of their streams. Throws `Refused` for an event that is no charge, that makes no row, or whose
 * currency has no stream; `ConfigError` where `focus.defaults` must say what an event does not.
 */
export function arrivals(
  { columns, tags, focus }: Pick<CloudzeroConfig, 'columns' | 'tags' | 'focus'>,
  streams: readonly Stream[],
  mappings: readonly Mapping[],
): (event: CloudEvent) => Arrival {
  const toCharge = charges({ ...focus, mappings })
  const toRow = cbfRows({ columns, tags })
  const currencies = streams.map(({ currency }) => currency)
  return event => {
    const charge = toCharge(event)
    const { BillingCurrency: currency, x_Replaces } = charge
    if (!currencies.includes(currency)) {
      throw new Refused(
        `BillingCurrency: found ${currency}, and there are streams for ${currencies.join(' and ')} only; give ${currency} a stream of its own in \`connections\``,
      )
    }
    if (x_Replaces === event.id) throw new Refused(`replaces: found the event's own id, ${event.id}`)
    const row = toRow(charge, event.id)
    const text = JSON.stringify(row)
    const bytes = Buffer.byteLength(text)
    if (bytes > MAX_ROW_BYTES) {
      throw new Refused(`it makes a row of ${bytes} bytes, and at most ${MAX_ROW_BYTES} are taken`)
    }
    return {
      charge: chargeKey(event.source, event.id),
      slot: { currency, hour: row['time/usage_start'] as string },
      text,
      ...(x_Replaces && { replaces: chargeKey(event.source, x_Replaces) }),
    }
  }
}
