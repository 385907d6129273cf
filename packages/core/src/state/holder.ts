import { hostname } from 'node:os'

/** How a process names itself to the one that waits for its lease. */
export const holderName = (): string => `process ${process.pid} on ${hostname()}`
