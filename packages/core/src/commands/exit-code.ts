import { AuthError, ConfigError, Retryable, UsageError } from '../errors.ts'

/** As in sysexits.h, so that a supervisor can tell what a restart may heal. */
export const EXIT = { ok: 0, failed: 1, usage: 64, tempfail: 75, noPermission: 77, config: 78 } as const

export function exitCodeOf(error: unknown): number {
  if (error instanceof ConfigError) return EXIT.config
  if (error instanceof UsageError) return EXIT.usage
  if (error instanceof AuthError) return EXIT.noPermission
  if (error instanceof Retryable) return EXIT.tempfail
  return EXIT.failed
}
