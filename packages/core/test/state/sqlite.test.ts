import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from '@jest/globals'
import { openSqliteStore } from '../../src/state/sqlite.ts'
import type { StateReader } from '../../src/state/state.ts'

const file = (): string => join(mkdtempSync(join(tmpdir(), 'billow-state-')), 'billow.db')

async function keys(state: StateReader, prefix: string, options?: { after: string }): Promise<string[]> {
  const found: string[] = []
  for await (const [key] of state.scan(prefix, options)) found.push(key)
  return found
}

describe('the SQLite state', () => {
  test('keeps what was set when it is opened again', async () => {
    const path = file()
    const first = openSqliteStore(path)
    await first.open('a').set('place', '7')
    await first.close()
    const second = openSqliteStore(path)
    expect(await second.open('a').get('place')).toBe('7')
    await second.close()
  })

  test('keeps connectors apart', async () => {
    const store = openSqliteStore(file())
    await store.open('a').set('k', 'of a')
    await store.open('b').set('k', 'of b')
    expect(await store.open('a').get('k')).toBe('of a')
    await store.open('a').delete('k')
    expect(await store.open('a').get('k')).toBeUndefined()
    expect(await store.open('b').get('k')).toBe('of b')
    await store.close()
  })

  test('scans a prefix in order, more keys than a chunk, and goes on behind a key', async () => {
    const store = openSqliteStore(file())
    const state = store.open('a')
    const wanted = Array.from({ length: 600 }, (_, i) => `row/${String(i).padStart(4, '0')}`)
    await state.transaction(async writer => {
      for (const key of [...wanted.toReversed(), 'rox', 'ro', 'row']) await writer.set(key, 'x')
    })
    expect(await keys(state, 'row/')).toEqual(wanted)
    expect(await keys(state, 'row/', { after: 'row/0597' })).toEqual(['row/0598', 'row/0599'])
    await store.close()
  })

  test('a transaction is all or nothing, and nobody sees half of it', async () => {
    const store = openSqliteStore(file())
    const state = store.open('a')
    let seen: string | undefined = 'not asked'
    const work = state.transaction(async writer => {
      await writer.set('one', '1')
      expect(await writer.get('one')).toBe('1')
      seen = await state.get('one')
      throw new Error('half way')
    })
    await expect(work).rejects.toThrow('half way')
    expect(seen).toBeUndefined()
    expect(await state.get('one')).toBeUndefined()
    await state.transaction(writer => writer.set('one', '2'))
    expect(await state.get('one')).toBe('2')
    await store.close()
  })

  test('transactions follow each other, however they were started', async () => {
    const store = openSqliteStore(file())
    const state = store.open('a')
    const add = () =>
      state.transaction(async writer => {
        const count = Number((await writer.get('count')) ?? '0')
        await new Promise(resolve => setImmediate(resolve))
        await writer.set('count', String(count + 1))
      })
    await Promise.all(Array.from({ length: 20 }, add))
    expect(await state.get('count')).toBe('20')
    await store.close()
  })

  test('refuses an empty value, which would overwrite a good one', async () => {
    const store = openSqliteStore(file())
    await store.open('a').set('place', '7')
    await expect(store.open('a').set('place', '')).rejects.toThrow('an empty value for "place"')
    expect(await store.open('a').get('place')).toBe('7')
    await store.close()
  })

  test('refuses a file that a newer version wrote, and leaves it as it was', () => {
    const path = file()
    const database = new DatabaseSync(path)
    database.exec('PRAGMA user_version = 99')
    database.close()
    expect(() => openSqliteStore(path)).toThrow('newer Billow (its schema is 99')
    expect(new DatabaseSync(path).prepare('PRAGMA user_version').get()).toEqual({ user_version: 99 })
  })
})

test('says which file it cannot read', () => {
  const path = file()
  writeFileSync(path, 'this is not a database, and longer than its header is, by some words more than that')
  expect(() => openSqliteStore(path)).toThrow(
    `the state "${path}" cannot be opened; restore it from a backup, or move it away to begin anew: file is not a database`,
  )
})
