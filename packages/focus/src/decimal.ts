import { Big } from 'big.js'

const exact = Big()
exact.PE = 1e6
exact.NE = -1e6

export const sameDecimal = (a: string, b: string): boolean => exact(a).eq(b)

export const atLeast = (a: string, b: string): boolean => exact(a).gte(b)

/** The exact product, plain. */
export const times = (a: string, b: string): string => exact(a).times(b).toFixed()
