import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from '@jest/globals'
import { LeaseLost } from '../../src/errors.ts'
import { openSqliteStore } from '../../src/state/sqlite.ts'
import { openMemoryStore } from '../../src/state/memory.ts'
import { describeStore } from './contract.ts'

const file = (): string => join(mkdtempSync(join(tmpdir(), 'billow-state-')), 'billow.db')

/** Takes a lease and stays. */
const HOLD = `
  import { openSqliteStore } from ${JSON.stringify(join(import.meta.dirname, '../../src/index.ts'))}
  await openSqliteStore(process.argv[1]).acquire('a')
  process.stdout.write('held')
  setInterval(() => {}, 1000)
`

describeStore('the SQLite store', async () => openSqliteStore(file()))
describeStore('the memory store', async () => openMemoryStore())

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

  test('a token that rose behind its back ends a lease: nothing is written, and the other is named', async () => {
    const path = file()
    const store = openSqliteStore(path)
    const lease = await store.acquire('a')
    await lease.state.set('k', 'mine')
    const other = new DatabaseSync(path)
    other.exec("UPDATE lease SET token = token + 1, holder = 'process 7 on elsewhere' WHERE connector = 'a'")
    other.close()
    const write = lease.state.transaction(keys => keys.set('k', 'stale'))
    await expect(write).rejects.toThrow(new LeaseLost('a was taken over by process 7 on elsewhere'))
    expect(lease.lost.aborted).toBe(true)
    expect(await store.open('a').get('k')).toBe('mine')
    await lease.release()
    await store.close()
  })

  test('pain 13: a killed process holds nothing up, and one that lives is named', async () => {
    const path = file()
    const child = spawn(process.execPath, [
      '--conditions=billow-source',
      '--input-type=module',
      '-e',
      HOLD,
      path,
    ])
    const [first] = (await once(child.stdout, 'data')) as [Buffer]
    expect(String(first)).toBe('held')
    const store = openSqliteStore(path)
    const refusal = await store.acquire('a').catch((error: unknown) => error)
    child.kill('SIGKILL')
    await once(child, 'close')
    expect(String(refusal)).toContain(`a is at work elsewhere (process ${child.pid} on `)
    const lease = await store.acquire('a')
    await lease.release()
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
