import {
  type BillEvent,
  type Context,
  type DailyBill,
  type Money,
  type Static,
  type TObject,
  Type,
} from '@billow/core'
import { CHARGE_TYPE, type Charge } from './charge.ts'
import { type FocusDefaults, focusDefaults } from './defaults.ts'
import { completeCharge } from './draft.ts'
import { charges, drafts, type Mapping } from './registry.ts'
import { withoutFigures } from './zero.ts'

const formatConfig = Type.Object({
  format: Type.Union([Type.Literal('native'), Type.Literal('focus')], {
    default: 'native',
    description:
      "What is sent: `native` events, in the provider's own words, or a charge of FOCUS 1.2 for each (`io.billow.charge.v1`). Each has a ledger of its own",
  }),
  focus: Type.Optional(
    Type.Object({ defaults: Type.Optional(focusDefaults) }, { description: 'For the format `focus`' }),
  ),
})
type FormatConfig = Partial<Static<typeof formatConfig>>

export interface WithFocusOptions<S extends TObject> {
  /** Mappings of the bill's events, where this package has none. */
  readonly mappings?: readonly Mapping[]
  /**
   * What the source knows and its events do not say; `given` are the user's defaults, which win. It is asked before
   * anything is read. Throws `ConfigError` where a column that must have a value could not have one.
   */
  readonly known?: (account: string, given: FocusDefaults) => FocusDefaults
  /** The provider's totals of a month's `BilledCost`, where those of the bill are of another figure. */
  readonly billedTotals?: DailyBill<S>['monthTotals']
}

/** A row as it is sent and summed, whichever the format. */
interface Line {
  readonly key: readonly string[]
  readonly event: BillEvent
  readonly amount: Money
}

/**
 * A bill whose source has `format` and `focus.defaults` beside its own keys, and with `format: focus` sends charges,
 * made by the mapping of its events. Natively nothing changes. For charges the ledger sums `BilledCost`.
 */
export function withFocus<S extends TObject, Row>(
  bill: DailyBill<S, Row>,
  { mappings = [], known, billedTotals }: WithFocusOptions<S> = {},
): DailyBill<S, Line> {
  const { check, zero, monthTotals } = bill
  const draftOf = drafts(mappings)
  const whole = charges()

  async function defaultsOf(context: Context<Static<S>>): Promise<FocusDefaults> {
    const given = formatOf(context.config).focus?.defaults ?? {}
    return known ? { ...known(await bill.account(context), given), ...given } : given
  }

  const native = (row: Row): Line => ({
    key: bill.key(row),
    event: bill.event(row),
    amount: bill.amount(row),
  })

  /** The bill's own scope is part of the key: the type no longer tells, say, two groupings of a bill apart. */
  function charged(row: Row, scope: string, defaults: FocusDefaults): Line {
    const { dataschema: _, ...event } = bill.event(row)
    const data = completeCharge(draftOf(event), defaults)
    return {
      key: [scope, ...bill.key(row)],
      event: { ...event, type: CHARGE_TYPE, data },
      amount: { amount: data.BilledCost, currency: data.BillingCurrency },
    }
  }

  return {
    ...bill,
    config: Type.Interface([bill.config], formatConfig.properties) as unknown as S,
    ...(check && {
      async check(context) {
        if (!isFocus(context.config)) return check(context)
        const defaults = Object.entries(await defaultsOf(context)).map(([name, value]) => `${name} ${value}`)
        const said = defaults.length > 0 ? `; where the bill does not say it: ${defaults.join(', ')}` : ''
        return [`format: charges of FOCUS 1.2 (${CHARGE_TYPE})${said}`, ...(await check(context))]
      },
    }),
    async account(context) {
      // The first that a start asks for: a default that is missing is said then.
      if (isFocus(context.config)) await defaultsOf(context)
      return bill.account(context)
    },
    scope(config) {
      const scope = bill.scope?.(config) ?? ''
      return isFocus(config) ? [CHARGE_TYPE, scope].filter(Boolean).join('/') : scope
    },
    async *fetch(from, to, context) {
      const { config } = context
      const scope = bill.scope?.(config) ?? ''
      const defaults = isFocus(config) ? await defaultsOf(context) : undefined
      for await (const { row, ...rest } of bill.fetch(from, to, context)) {
        yield { ...rest, row: defaults ? charged(row, scope, defaults) : native(row) }
      }
    },
    key: ({ key }) => key,
    event: ({ event }) => event,
    amount: ({ amount }) => amount,
    ...(zero && {
      zero: (data, type) =>
        type === CHARGE_TYPE ? withoutFigures(data as unknown as Charge) : zero(data, type),
    }),
    // The same as whoever reads the event makes of it.
    stamp: event => (event.type === CHARGE_TYPE ? whole(event) : bill.stamp?.(event)),
    ...(monthTotals && {
      monthTotals: (month, context) => {
        const totals = (isFocus(context.config) && billedTotals) || monthTotals
        return totals(month, context)
      },
    }),
  }
}

const formatOf = (config: unknown): FormatConfig => config as FormatConfig

const isFocus = (config: unknown): boolean => formatOf(config).format === 'focus'
