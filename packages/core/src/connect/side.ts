import type { Context } from '../connector.ts'

/** What a source or a sink is handed; `connect` adds the signal and `refuse`. */
export type Side = Omit<Context, 'signal' | 'refuse'>
