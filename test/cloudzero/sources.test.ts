import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { addDecimals, plainDecimal, systemClock } from '@billow/core'
import { type Simulators, startSimulators } from '@billow/simulators'
import { configOf, STREAMS } from '../../soak/charges/config.ts'
import { newPlace } from '../support/app.ts'
import { documentConfig, SOURCE_NAMES, SOURCES } from '../support/clouds.ts'
import { startSink, until } from './sink.ts'

const FIRST = '2024-05-26'
/** Days on which both sources pull; the last one when May is closed for both. */
const PULLS = ['2024-05-27', '2024-05-30', '2024-06-06']

/** Decimals by currency, day and service. */
type Totals = Record<string, string>

let now = ''
let clouds: Simulators
beforeEach(async () => {
  clouds = await startSimulators({ clock: { ...systemClock, now: () => new Date(now) } })
})
afterEach(() => clouds.close())

const nonZero = (totals: Totals): Totals =>
  Object.fromEntries(Object.entries(totals).filter(([, amount]) => amount !== '0'))

/** The two bills as the clouds show them now, as far as there are streams for them. */
function billed(to: string): Totals {
  const rows = [...clouds.aws.billed(FIRST, to), ...clouds.alicloud.billed(FIRST, to)]
  const totals: Totals = {}
  for (const { currency, day, name, net } of rows) {
    if (!(currency in STREAMS)) continue
    const key = `${currency} ${day} ${name}`
    totals[key] = addDecimals(totals[key] ?? '0', net)
  }
  return nonZero(totals)
}

/** What CloudZero has. */
function arrived(): Totals {
  const totals: Totals = {}
  for (const [currency, connection] of Object.entries(STREAMS))
    for (const month of ['2024-05', '2024-06'])
      for (const { day, service, amount } of clouds.cloudzero.totals(connection, month))
        totals[`${currency} ${day} ${service}`] = plainDecimal(amount)
  return nonZero(totals)
}

const same = (a: Totals, b: Totals): boolean => {
  const keys = Object.keys({ ...a, ...b })
  return keys.every(key => a[key] === b[key])
}

const before = (day: string): string => new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10)

describe('AWS and Alibaba bills that are restated for days, in one sink of CloudZero', () => {
  test.each([5_000_000, 2000])(
    'are there by currency, service and day, in bodies of %d bytes',
    async maxBytes => {
      clouds.aws.faults.set({ restatement: true, lagHours: 5 })
      clouds.alicloud.faults.set({ restatement: true })
      const sinkPlace = newPlace()
      sinkPlace.config(configOf(clouds.cloudzero.url, { operation: 'replace_hourly', maxBytes, quiet: 0.1 }))
      const sources = SOURCE_NAMES.map(name => [name, newPlace()] as const)
      let restated = 0

      for (const day of PULLS) {
        now = `${day}T12:00:00Z`
        if (day === '2024-05-30') {
          clouds.alicloud.correct({ day: '2024-05-26', service: 'oss', factor: '0' })
          clouds.aws.correct({ day: '2024-05-26', service: 'AWS Lambda', factor: '-0.5' })
        }
        const earlier = arrived()
        const posting = await startSink(sinkPlace, now)
        await Promise.all(
          sources.map(async ([name, place]) => {
            const { cloud, keys } = SOURCES[name]
            const more = 'resync_days: 3\nbatch_size: 20\n'
            place.config(documentConfig(keys, posting.url, clouds[cloud].url, more))
            const app = place.start(name, ['--clock', now])
            await app.saw('waiting for the next pull')
            app.child.kill('SIGTERM')
            expect(await app.ended).toBe(0)
          }),
        )
        // All is acknowledged, and some of it sent.
        posting.app.child.kill('SIGKILL')
        await posting.app.ended
        const sending = await startSink(sinkPlace, now)
        const wanted = billed(before(day))
        restated += Object.keys(earlier).filter(key => key in wanted && earlier[key] !== wanted[key]).length
        await until(() => same(arrived(), wanted))
        expect(Object.keys(wanted).length).toBeGreaterThan(20)
        sending.app.child.kill('SIGTERM')
        expect(await sending.app.ended).toBe(0)
      }
      expect(restated).toBeGreaterThan(20)
      // What has no stream is with the source, and says so.
      const [, alicloud] = sources[1] ?? [SOURCE_NAMES[1], newPlace()]
      const { stdout } = await alicloud.run('source-alicloud-billing', ['dead-letters', '--json'])
      const { deadLetters } = JSON.parse(stdout) as { deadLetters: readonly { reason: string }[] }
      expect(deadLetters.length).toBeGreaterThan(5)
      for (const { reason } of deadLetters) expect(reason).toContain('BillingCurrency: found JPY')
    },
  )
})
