import { type TInteger, type TString, Type } from 'typebox'

interface TextField {
  readonly description: string
  readonly default?: string
  readonly aliases?: readonly string[]
}

/** A key that holds an http or https URL. */
export const httpUrl = (options: TextField): TString => Type.String({ format: 'http-url', ...options })

/** A key that holds a host, or a URL where a simulator stands in. */
export const hostOrUrl = (options: TextField): TString => Type.String({ format: 'host-or-url', ...options })

/** A key that holds a time zone of the IANA database. */
export const timeZone = (options: TextField): TString => Type.String({ format: 'time-zone', ...options })

/** A key that holds a whole number from `minimum` to `maximum`. */
export const wholeNumber = (options: {
  readonly description: string
  readonly minimum?: number
  readonly maximum?: number
  readonly default?: number
  readonly aliases?: readonly string[]
}): TInteger => Type.Integer({ ...options })
