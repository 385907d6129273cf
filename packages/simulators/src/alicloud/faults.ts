import { type DeliveryFaults, deliverySwitches, type Switches, type Times } from '../faults.ts'

/** Switches of the BSS OpenAPI double. All are off at the start, unless its options say otherwise. */
export interface AlicloudFaults extends DeliveryFaults {
  /** 400 Throttling.User. */
  throttle?: Times
  /** Milliseconds in the header `x-acs-retry-after` of a Throttling.User; no such header if left out. */
  retryAfterMs?: number
  /** Requests a second, by the real time, before Throttling.User; the service has 10. No limit if left out. */
  rateLimit?: number
  /** HTTP 200 with `Code: NotApplicable`, as an account of the other site gets it. */
  notApplicable?: Times
  /** The same as HTTP 400. */
  notApplicable400?: Times
  /** 403 NotAuthorized: the RAM policy is missing. */
  notAuthorized?: Times
  /** HTTP 200 with `Success: false` and `Code: InternalError`. */
  unsuccessful?: Times
  /** 400 InvalidSecurityToken.Expired. */
  expiredToken?: Times
  /** 400 InvalidAccessKeyId.Inactive. */
  inactiveKey?: Times
  /** 500 InternalError. */
  serverError?: Times
  /** 503 ServiceUnavailable. */
  unavailable?: Times
  /** A late row joins the day at its front before a page after the first is answered, so that all rows move on. */
  pageShift?: Times
  /** Hours after a day's end until its account bill shows; the service has 24. Instances show as much later again. */
  lagHours?: number
  /** Figures of open months change: late rows, corrections within days, and again when the month closes. */
  restatement?: boolean
  /** Granularity is taken in any case, such as `Daily`. */
  anyCase?: boolean
}

export const alicloudSwitches: Switches<AlicloudFaults> = {
  ...deliverySwitches,
  throttle: 'times',
  retryAfterMs: 'number',
  rateLimit: 'number',
  notApplicable: 'times',
  notApplicable400: 'times',
  notAuthorized: 'times',
  unsuccessful: 'times',
  expiredToken: 'times',
  inactiveKey: 'times',
  serverError: 'times',
  unavailable: 'times',
  pageShift: 'times',
  lagHours: 'number',
  restatement: 'flag',
  anyCase: 'flag',
}
