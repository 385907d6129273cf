// A bill with one more day for each portion: its rows are spooled, numbered, sent, and noted in the ledger.
import { type Clock, dailySource, type Source, Type } from '@billow/core'
import { batchSize, event, nextPortion, type Portion, target } from '../subject.ts'
import { runBillow } from './billow.ts'

const DAY_MS = 86_400_000

let portion: Portion | undefined
let days = 0
const clock: Clock = {
  now: () => new Date(Date.now() + days * DAY_MS),
  /** The next pull is due as soon as there is something to read. */
  async sleep() {
    portion = await nextPortion()
    days += 1
  },
}

const bill: Source = dailySource({
  name: 'source-daily',
  config: Type.Object({}),
  zone: 'UTC',
  account: () => '123456789012',
  async *fetch(day) {
    const { from, to } = portion ?? (await nextPortion())
    for (let row = from; row < to; row += 1) yield { day, row, final: true }
  },
  key: (row: number) => [String(row)],
  event(row: number) {
    const { source, type, data } = event(row)
    return { source, type, data: data as Record<string, unknown> }
  },
  amount: () => ({ amount: '0.0009189721', currency: 'USD' }),
})

await runBillow(
  { ...bill, read: context => bill.read({ ...context, clock }) },
  { target, batch_size: batchSize },
)
