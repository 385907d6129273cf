import { styleText } from 'node:util'
import { type Amounts, formatTable, parseJson, stringifyJson } from '@billow/core'
import type { Bill } from './billed.ts'
import type { Compared } from './streams.ts'
import type { Tally } from './tally.ts'

const CLEAR_LINE = '\r\u001B[2K'
const PROGRESS_EVERY = 500

/** What the demo shows: steps, a line of progress, the first events, and the totals. */
export function createScreen(out: NodeJS.WriteStream = process.stdout) {
  const counts = new Map<string, number>()
  const progress = (): string => [...counts].map(([cloud, events]) => `${cloud}: ${events} events`).join(', ')
  const line = (text: string): void => void out.write(`${out.isTTY ? CLEAR_LINE : ''}${text}\n`)
  return {
    say: line,
    step: (text: string) => line(`${styleText('bold', '▸')} ${text}`),
    /** Tells what goes wrong in a process. */
    log(text: string) {
      const { level, msg, reason } = parse(text)
      if (level === 'warn' || level === 'error' || level === undefined)
        line(`  ${msg}${reason ? `: ${reason}` : ''}`)
    },
    received({ cloud, events }: Tally) {
      counts.set(cloud, events)
      if (out.isTTY) out.write(`${CLEAR_LINE}  ${progress()}`)
      else if (events % PROGRESS_EVERY === 0) line(`  ${progress()}`)
    },
    firstEvents(tallies: readonly Tally[]) {
      for (const { cloud, first } of tallies) {
        line(`\n${styleText('bold', `The first events of ${cloud}`)}`)
        for (const event of first) line(stringifyJson(parseJson(event), 2))
      }
    },
    totals(bills: readonly Bill[], tallies: ReadonlyMap<string, Tally>) {
      line(`\n${styleText('bold', 'Totals by cloud and currency')}`)
      const rows = bills.flatMap(({ cloud, amounts }) => {
        const tally = tallies.get(cloud)
        return Object.keys(amounts)
          .toSorted()
          .map(currency => [
            cloud,
            currency,
            amounts[currency] ?? '0',
            tally?.amounts[currency] ?? '0',
            amounts[currency] === tally?.amounts[currency] ? 'equal' : 'DIFFERENT',
          ])
      })
      const table = formatTable(['cloud', 'currency', 'billed', 'received', ''], rows)
      for (const row of table.split('\n')) line(`  ${row}`)
      line('')
    },
    streams(compared: readonly Compared[], refused: Amounts) {
      line(`\n${styleText('bold', 'CloudZero by stream, compared by day and service')}`)
      const rows = compared.map(({ currency, pairs, billed, received, differences }) => [
        currency,
        String(pairs),
        billed,
        received,
        differences.length === 0 ? 'equal' : `${differences.length} DIFFERENT`,
      ])
      const table = formatTable(['stream', 'days × services', 'billed', 'in CloudZero', ''], rows)
      for (const row of table.split('\n')) line(`  ${row}`)
      for (const [currency, amount] of Object.entries(refused))
        line(`  ${currency} has no stream: ${amount} was refused, and is kept as dead letters`)
      line('')
    },
  }
}

function parse(text: string): { level?: string; msg: string; reason?: string } {
  try {
    return JSON.parse(text)
  } catch {
    return { msg: text }
  }
}
