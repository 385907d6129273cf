import { type DeliveryFaults, deliverySwitches, type Switches, type Times } from '../faults.ts'

/** Switches of the AWS double. All are off at the start, unless its options say otherwise. */
export interface AwsFaults extends DeliveryFaults {
  /** 400 ThrottlingException. */
  throttle?: Times
  /** 400 LimitExceededException, which Cost Explorer sends in bursts. */
  limitExceeded?: Times
  /** 400 AccessDeniedException (STS: 403 AccessDenied). */
  denied?: Times
  /** 400 ExpiredTokenException (STS: 403 ExpiredToken). */
  expiredToken?: Times
  /** 400 DataUnavailableException. */
  dataUnavailable?: Times
  /** 400 BillExpirationException. */
  billExpired?: Times
  /** 500 InternalFailure. */
  serverError?: Times
  /** 503 ServiceUnavailable. */
  unavailable?: Times
  /** How many (day, group) pairs a page holds; a day may be split over pages. 5000 if left out. */
  pageSize?: number
  /** Hours until usage shows on the bill. */
  lagHours?: number
  /** Figures of open months change: late rows, corrections within days, and again when the month closes. */
  restatement?: boolean
  /** AssumeRole asks for this external id. */
  externalId?: string
}

export const awsSwitches: Switches<AwsFaults> = {
  ...deliverySwitches,
  throttle: 'times',
  limitExceeded: 'times',
  denied: 'times',
  expiredToken: 'times',
  dataUnavailable: 'times',
  billExpired: 'times',
  serverError: 'times',
  unavailable: 'times',
  pageSize: 'number',
  lagHours: 'number',
  restatement: 'flag',
  externalId: 'text',
}
