import type { Context } from '@billow/core'
import { openAnycost } from './client.ts'
import { type CloudzeroConfig, streamsOf } from './config.ts'
import { patiently } from './patiently.ts'
import { dayOf, monthOf } from './cbf/hour.ts'

/** Asks each stream what it has, and CloudZero to judge a row: nothing is sent. */
export async function check(context: Context<CloudzeroConfig>): Promise<readonly string[]> {
  const { config, clock } = context
  const day = dayOf(clock.now().toISOString())
  const lines: string[] = []
  for (const { currency, connection } of streamsOf(config)) {
    const client = openAnycost(context, connection)
    try {
      const months = (await patiently(() => client.months(), context)).toSorted()
      const has = months.length > 0 ? `has drops for ${months.join(', ')}` : 'has no drop yet'
      lines.push(`${currency}: the connection ${connection} ${has}`)
      const row = { 'time/usage_start': `${day}T00:00:00Z`, 'cost/cost': '0' }
      const wrong = await client.validate(
        JSON.stringify({
          month: `${monthOf(day)}-01T00:00:00+00:00`,
          operation: 'sum',
          data: [row],
        }),
      )
      if (wrong.length > 0)
        lines.push(`${currency}: CloudZero would refuse the simplest row: ${wrong.join('; ')}`)
    } finally {
      await client.close()
    }
  }
  if (config.dry_run) lines.push('dry_run: days are judged by CloudZero and not sent')
  return lines
}
