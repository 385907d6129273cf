/** A key that a simulator accepts. */
export interface AccessKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Temporary credentials: requests must carry it. */
  readonly sessionToken?: string
}

/** The keys of the providers' public documents; no real account has them. */
export const AWS_TEST_KEY: AccessKey = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}

export const ALICLOUD_TEST_KEY: AccessKey = {
  accessKeyId: 'LTAI5t7eneojm6aeRKncB7V9',
  secretAccessKey: '26Fno8k0F7jtL2hUIrm4JTRF16jPLL',
}

/** How far a request's time may be from the real time. */
export const CLOCK_SKEW_MS = 15 * 60_000
