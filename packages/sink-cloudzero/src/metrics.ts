import type { Context } from '@billow/core'
import type { Flush } from './send/flush.ts'

/** Says how much CloudZero does not have yet. Returns what ends that. */
export function observe(meter: Context['meter'], flushes: ReadonlyMap<string, Flush>): () => void {
  const days = meter.createObservableGauge('billow.cloudzero.pending', {
    unit: '{day}',
    description: 'Days that changed and that CloudZero was not seen to have yet, by currency',
  })
  const age = meter.createObservableGauge('billow.cloudzero.pending.age', {
    unit: 's',
    description:
      'Seconds since the first change that CloudZero was not seen to have, by currency; 0 where all is there',
  })
  type Say = Parameters<typeof days.addCallback>[0]
  const sayDays: Say = gauge => {
    for (const [currency, flush] of flushes) gauge.observe(flush.waiting().slots, { currency })
  }
  const sayAge: Say = gauge => {
    for (const [currency, flush] of flushes) gauge.observe(flush.waiting().ageMs / 1000, { currency })
  }
  days.addCallback(sayDays)
  age.addCallback(sayAge)
  return () => {
    days.removeCallback(sayDays)
    age.removeCallback(sayAge)
  }
}
