/** What a provider billed for one service on one day, in one currency. */
export interface Billed {
  readonly provider: 'aws' | 'alicloud'
  readonly day: string
  readonly service: string
  /** What the bill's rows call the service, where `service` is its code. */
  readonly name: string
  readonly currency: string
  /** The exact sum, plain decimal. */
  readonly amount: string
  /** The same after what AWS takes off by private agreement; elsewhere no other figure. */
  readonly net: string
  /** How many rows of the bill are in it. */
  readonly rows: number
}

/** A correction that was asked for: from now on the day's figures of the service are multiplied. */
export interface Correction {
  readonly day: string
  readonly service: string
  /** Decimal text, such as `1.25`. */
  readonly factor: string
}
