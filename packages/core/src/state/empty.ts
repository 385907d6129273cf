import { BillowError } from '../errors.ts'

/** A place that was lost must not overwrite a good one. */
export function refuseEmpty(key: string, value: string): void {
  if (value !== '') return
  throw new BillowError(`state: an empty value for "${key}" would erase what is known; delete it instead`)
}
