import { type Command, UsageError } from '@billow/core'
import { isDay } from '@billow/focus'
import { compareMonth } from './compare.ts'
import { type CloudzeroConfig, streamsOf } from './config.ts'
import { readSlot, scanSlots, type Slot, writeSlot } from './kept/slots.ts'

/** Commands beside those that every connector has. */
export const commands: Readonly<Record<string, Command<CloudzeroConfig>>> = {
  check: {
    summary: 'Compare a month with what CloudZero has of it, by day and service',
    options: {
      month: { type: 'string', value: 'MONTH', summary: 'The month to compare, such as 2024-08' },
    },
    run: compareMonth,
  },
  'take-over': {
    summary: 'Let a day be replaced in which somebody else wrote rows',
    options: {
      day: { type: 'string', value: 'DAY', summary: 'The day, as the bill labels it' },
      currency: {
        type: 'string',
        value: 'CODE',
        summary: 'The stream; needed where there are several',
      },
      yes: { type: 'boolean', summary: 'Do not ask' },
    },
    async run({ context, options, terminal }) {
      const { config, state, signal } = context
      const day = String(options['day'] ?? '')
      if (!isDay(day)) {
        throw new UsageError(`take-over: --day: found "${day}"; give a day such as 2024-08-16`)
      }
      const streams = streamsOf(config)
      const currencies = streams.map(({ currency }) => currency)
      const currency = options['currency'] ?? (currencies.length === 1 ? currencies[0] : undefined)
      if (typeof currency !== 'string' || !currencies.includes(currency)) {
        throw new UsageError(
          `take-over: --currency: found ${currency === undefined ? 'nothing' : `"${String(currency)}"`}; there are streams for ${currencies.join(', ')}`,
        )
      }
      const question = `Rows of ${day} in the ${currency} stream that others wrote will be wiped out by the next sending. Go on?`
      if (options['yes'] !== true && !(await terminal.confirm(question, { flag: '--yes', signal }))) return 1
      await state.transaction(async keys => {
        const slots: Slot[] = []
        for await (const [slot] of scanSlots(keys, currency, day)) slots.push(slot)
        if (slots.length === 0) slots.push({ currency, hour: `${day}T00:00:00Z` })
        for (const slot of slots) {
          await writeSlot(keys, slot, { ...(await readSlot(keys, slot)), mayReplace: true })
        }
      })
      terminal.print(
        `${day} may be replaced: the running sink sends it when it tries again, within an hour, or at once after a restart`,
      )
      return 0
    },
  },
}
