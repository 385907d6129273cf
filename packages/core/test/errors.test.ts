import { cpSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import * as ours from '../src/errors.ts'

/** The errors of another copy of this package, such as a connector brings with it. */
async function otherCopy(): Promise<typeof ours> {
  const folder = mkdtempSync(join(tmpdir(), 'billow-'))
  for (const file of ['errors.ts', 'brand.ts']) {
    cpSync(join(import.meta.dirname, '../src', file), join(folder, file))
  }
  return (await import(join(folder, 'errors.ts'))) as typeof ours
}

test('errors of another copy of this package are known by their class, and by those that it extends', async () => {
  const theirs = await otherCopy()
  expect(theirs.Throttled).not.toBe(ours.Throttled)
  const error = new theirs.Throttled('slower', { retryAfterMs: 5 })
  const known = [
    ours.BillowError,
    ours.Retryable,
    ours.Throttled,
    ours.AuthError,
    ours.Gone,
    ours.ConfigError,
  ]
    .filter(own => error instanceof own)
    .map(own => own.name)
  expect(known).toEqual(['BillowError', 'Retryable', 'Throttled'])
  expect(new theirs.ConfigError(['a', 'b']) instanceof ours.ConfigError).toBe(true)
  expect(new theirs.Gone('gone') instanceof ours.Gone).toBe(true)
})

test('a class that extends one of these is only what was made of it', () => {
  class Own extends ours.Retryable {}
  const own: unknown = new Own('own')
  const other: unknown = new ours.Retryable('other')
  expect([own instanceof Own, own instanceof ours.Retryable, other instanceof Own]).toEqual([
    true,
    true,
    false,
  ])
  for (const nothing of [undefined, null, 'text', new Error('plain')] as unknown[]) {
    expect(nothing instanceof ours.BillowError).toBe(false)
  }
})
