import type { Schema } from './schema.ts'

/** A fault and where it stands in the file, for the order in which faults are told. */
export interface Fault {
  readonly offset: number
  readonly line: string
}

/** What is remembered of a value that was given, for the messages about it. Never the value itself. */
export interface Place {
  /** `file:line:column` of the value, or the variable that it came from. */
  readonly at: string
  readonly offset: number
  /** Where to say that something is missing in it: at its key. */
  readonly keyAt: string
  readonly keyOffset: number
  /** The key as a person writes it: `secret.access_key_id`, `group_by[0]`. */
  readonly label: string
  /** What was found, in words. */
  readonly found: string
  /** The value must not be shown, nor anything made from it. */
  readonly hidden: boolean
  /** What else to tell about it, such as `; write it in quotes`. */
  readonly hint: string
}

/** The state of reading one configuration. Places and marks go by JSON pointer. */
export interface Reading {
  readonly root: Schema
  readonly faults: Fault[]
  readonly places: Map<string, Place>
  /** Values that have a fault already: not judged again, not missed. */
  readonly broken: Set<string>
  /** Keys that an unknown one probably means: not missed either. */
  readonly meant: Set<string>
  /** Texts that came into secrets through `${…}`. */
  readonly secrets: Set<string>
}

export const newReading = (root: Schema): Reading => ({
  root,
  faults: [],
  places: new Map(),
  broken: new Set(),
  meant: new Set(),
  secrets: new Set(),
})

/** After every line of the file. */
export const AFTER_FILE = Number.MAX_SAFE_INTEGER

export const pointerTo = (parent: string, key: string): string =>
  `${parent}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`

/** The pointer of a dotted key: `log_config.level`. */
export const pointerOf = (key: string): string => key.split('.').reduce(pointerTo, '')
