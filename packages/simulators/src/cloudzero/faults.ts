import { type DeliveryFaults, deliverySwitches, type Switches, type Times } from '../faults.ts'

/** Switches of the CloudZero double. All are off at the start, unless its options say otherwise. */
export interface CloudzeroFaults extends DeliveryFaults {
  /** 429. */
  throttle?: Times
  /** Seconds in the header `Retry-After` of a 429; no such header if left out. */
  retryAfter?: number
  /** 403. */
  denied?: Times
  /** 500 before anything was done. Like every answer of the service it is kept for its idempotency key. */
  serverError?: Times
  /** 503 before anything was done; kept too. */
  unavailable?: Times
  /** 500 although the drop was taken; kept too. */
  errorAfter?: Times
  /** 200 at once: the drop is taken when `latencyMs` and `hold` are over. */
  early?: Times
  /** 504 of a gateway, which is not kept, while the work goes on behind it as with `early`. */
  gatewayTimeout?: Times
  /** A month is read as it was before its newest change. */
  staleRead?: Times
  /** Idempotency keys are not known any more. */
  forgetful?: boolean
  /** `Authorization: Bearer KEY` is taken too. */
  bearer?: boolean
  /** `Content-Encoding: gzip` is taken; sizes are those of the text. */
  gzip?: boolean
  /** Costs below zero are refused, as the published pattern of the column has it. */
  noNegatives?: boolean
  /** A 400 does not say what is wrong; validate_billing_drop does. */
  vague?: boolean
  /** Bytes of a body before 413; 5000000 if left out. */
  maxBody?: number
  /** Rows of a stream in a month; 1000000 if left out. */
  maxRows?: number
  /** Bytes of a stream's rows in a month; 70000000 if left out. */
  maxMonthBytes?: number
}

export const cloudzeroSwitches: Switches<CloudzeroFaults> = {
  ...deliverySwitches,
  throttle: 'times',
  retryAfter: 'number',
  denied: 'times',
  serverError: 'times',
  unavailable: 'times',
  errorAfter: 'times',
  early: 'times',
  gatewayTimeout: 'times',
  staleRead: 'times',
  forgetful: 'flag',
  bearer: 'flag',
  gzip: 'flag',
  noNegatives: 'flag',
  vague: 'flag',
  maxBody: 'number',
  maxRows: 'number',
  maxMonthBytes: 'number',
}
