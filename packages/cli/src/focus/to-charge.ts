import { BillowError, type CloudEvent, ConfigError, describeError } from '@billow/core'
import { type Charge, charges, type FocusDefaults, MAPPINGS, type Mapping } from '@billow/focus'
import { EXPORTED } from './mappings.ts'

export interface ToChargeOptions {
  /** Of the pipeline file: whose events they are. */
  readonly name: string
  /** The package, or the path of its module. */
  readonly source: string
  readonly mappings: readonly Mapping[]
  readonly account: string
  /** The connector's own keys, among which `focus.defaults` may be. */
  readonly config: unknown
}

/** From a source's events to charges; what is wrong with one says where it is. */
export function toCharge({
  name,
  source,
  mappings,
  account,
  config,
}: ToChargeOptions): (event: CloudEvent) => Charge {
  const { focus } = config as { readonly focus?: { readonly defaults?: FocusDefaults } }
  const known = new Set([...MAPPINGS, ...mappings].map(({ type }) => type))
  const convert = charges({ mappings, defaults: { ...accountOf(account), ...focus?.defaults } })
  return event => {
    const { type, id } = event
    if (!known.has(type)) {
      throw new BillowError(
        `${name}: no mapping to a charge is known for events of type ${type}; there is one for ${[...known].join(', ')}. ` +
          `The module ${source} can bring it: a list of mappings, exported as ${EXPORTED} (docs/focus.md, Export)`,
      )
    }
    try {
      return convert(event)
    } catch (error) {
      const place = `${name}: event ${id} of type ${type}`
      if (!(error instanceof ConfigError)) throw new BillowError(`${place}: ${describeError(error)}`)
      throw new ConfigError(error.faults.map(fault => `${place}: ${fault}`))
    }
  }
}

/** The ledger's account stands in where a bill does not name it, as AWS's does not; an access key may stand for it there. */
const accountOf = (account: string): FocusDefaults =>
  /^\d{12}$/.test(account) ? { BillingAccountId: account } : {}
