import { randomBytes } from 'node:crypto'
import { chownSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { AuthError, BillowError, ConfigError, LeaseHeld, LeaseLost, StateError } from '@billow/core'
import { authority, certificate, privateKey } from '../../core/test/http/certificates.ts'
import { describeStore } from '../../core/test/state/contract.ts'
import { openPostgresStore } from '../src/index.ts'
import { type Server, startServer } from './server.ts'

const started = await startServer()
const withServer = started ? describe : describe.skip
const server = started as Server
let databases = 0

/** A database of a test's own. */
async function freshDatabase(): Promise<string> {
  databases += 1
  await server.sql(`CREATE DATABASE test${databases}`)
  return `test${databases}`
}

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await new Promise(resolve => setTimeout(resolve, 20))
}

withServer('PostgreSQL', () => {
  afterAll(() => server.close())

  describeStore('the PostgreSQL store', async () => openPostgresStore({ url: server.url }))

  test('keeps what was set for another process', async () => {
    const url = server.urlOf({ database: await freshDatabase() })
    const first = openPostgresStore({ url })
    await first.open('a').set('place', '7')
    await first.close()
    const second = openPostgresStore({ url })
    expect(await second.open('a').get('place')).toBe('7')
    expect(second.open('a').place).toMatch(/^postgres:\/\/127\.0\.0\.1:\d+\/test\d+$/)
    await second.close()
  })

  test('many who come first at once make the tables once', async () => {
    const database = await freshDatabase()
    const stores = Array.from({ length: 6 }, () => openPostgresStore({ url: server.urlOf({ database }) }))
    await Promise.all(stores.map((store, n) => store.open('a').set(`k${n}`, 'v')))
    expect(await server.sql('SELECT version FROM billow_schema', database)).toEqual([{ version: 1 }])
    await Promise.all(stores.map(store => store.close()))
  })

  test('a newer schema is refused, and left as it was', async () => {
    const database = await freshDatabase()
    await server.sql('CREATE TABLE billow_schema AS SELECT 99 AS version', database)
    const store = openPostgresStore({ url: server.urlOf({ database }) })
    await expect(store.open('a').get('k')).rejects.toThrow('newer Billow (its schema is 99')
    await expect(store.acquire('a')).rejects.toThrow(BillowError)
    expect(await server.sql('SELECT version FROM billow_schema', database)).toEqual([{ version: 99 }])
    await store.close()
  })

  describe('what goes wrong says what to do', () => {
    const failureOf = async (url: string): Promise<Error> => {
      const store = openPostgresStore({ url })
      const failure = await store.acquire('a').then(
        () => new Error('it worked'),
        (error: Error) => error,
      )
      await store.close()
      return failure
    }

    test('a wrong password', async () => {
      const failure = await failureOf(server.urlOf({ password: 'not-the-password' }))
      expect(failure).toBeInstanceOf(AuthError)
      expect(failure.message).toContain('does not let us in: password authentication failed for user "owner"')
      expect(JSON.stringify([failure.message, failure.stack])).not.toContain('not-the-password')
    })

    test('no such database', async () => {
      const failure = await failureOf(server.urlOf({ database: 'nowhere' }))
      expect(failure).toBeInstanceOf(ConfigError)
      expect(failure.message).toMatch(/database "nowhere" does not exist at .*CREATE DATABASE/)
    })

    test('no permission: the SQL that gives it is right', async () => {
      const database = await freshDatabase()
      await server.sql(`CREATE USER billow PASSWORD 'b'`)
      const url = server.urlOf({ user: 'billow', password: 'b', database })
      const failure = await failureOf(url)
      expect(failure).toBeInstanceOf(AuthError)
      const sql = /for "billow": (.*)$/.exec(failure.message)?.[1] ?? ''
      await server.sql(sql, database)
      const store = openPostgresStore({ url })
      await store.open('a').set('k', 'v')
      await store.close()
    })

    test('no TLS at the server', async () => {
      const failure = await failureOf(server.urlOf({ search: '?sslmode=require' }))
      expect(failure).toBeInstanceOf(StateError)
      expect(failure.message).toContain('sslmode=disable')
    })

    test('nobody there', async () => {
      const failure = await failureOf('postgres://u:secret-word@127.0.0.1:1/db')
      expect(failure).toBeInstanceOf(StateError)
      expect(failure.message).toMatch(
        /^the state in postgres:\/\/127\.0\.0\.1:1\/db cannot be used \(is the server up/,
      )
      expect(failure.message).not.toContain('secret-word')
    })

    test('a key that is too long, and a NUL', async () => {
      const store = openPostgresStore({ url: server.url })
      const state = store.open('a')
      await expect(state.set(randomBytes(6000).toString('base64'), 'v')).rejects.toThrow(
        'takes no key of more than some 2,600 bytes',
      )
      await expect(state.set('k\0', 'v')).rejects.toThrow('no text with a NUL')
      await store.close()
    })
  })

  describe('the lease', () => {
    test('is renewed while its holder lives', async () => {
      const url = server.urlOf({ database: await freshDatabase() })
      // Longer than a machine with much to do may hold its holder up.
      const options = { url, leaseSeconds: 5 }
      const [first, second] = [openPostgresStore(options), openPostgresStore(options)]
      const lease = await first.acquire('a')
      const untilOf = async () =>
        (await server.sql('SELECT until FROM billow_lease', new URL(url).pathname.slice(1)))[0]
      const before = await untilOf()
      // Renewed twice at the least.
      let changes = 0
      let last = JSON.stringify(before)
      await until(async () => {
        const now = JSON.stringify(await untilOf())
        if (now !== last) changes += 1
        last = now
        return changes >= 2
      })
      await expect(second.acquire('a')).rejects.toThrow(LeaseHeld)
      expect(lease.lost.aborted).toBe(false)
      await lease.release()
      await (await second.acquire('a')).release()
      await first.close()
      await second.close()
    })

    test('of one who was taken over is fenced, and says who took over', async () => {
      const database = await freshDatabase()
      const url = server.urlOf({ database })
      const [first, second] = [openPostgresStore({ url }), openPostgresStore({ url })]
      const stale = await first.acquire('a')
      await stale.state.set('k', 'of the first')
      // As if it had slept for longer than the lease.
      await server.sql("UPDATE billow_lease SET until = '-infinity'", database)
      const lease = await second.acquire('a')
      await lease.state.set('k', 'of the second')
      await expect(
        stale.state.transaction(async keys => {
          await keys.set('k', 'stale')
          await keys.delete('other')
        }),
      ).rejects.toThrow(`a was taken over by process ${process.pid} on `)
      expect(stale.lost.reason).toBeInstanceOf(LeaseLost)
      await expect(stale.state.set('k', 'stale')).rejects.toThrow(LeaseLost)
      await stale.release()
      expect(await first.open('a').get('k')).toBe('of the second')
      await lease.state.set('k', 'still of the second')
      await first.close()
      await second.close()
    })

    test('is fenced in a transaction that reads first, too', async () => {
      const database = await freshDatabase()
      const url = server.urlOf({ database })
      const [first, second] = [openPostgresStore({ url }), openPostgresStore({ url })]
      const stale = await first.acquire('a')
      await server.sql("UPDATE billow_lease SET until = '-infinity'", database)
      const lease = await second.acquire('a')
      const work = stale.state.transaction(async keys => {
        await keys.set('count', `${(await keys.get('count')) ?? 0}1`)
      })
      await expect(work).rejects.toThrow(LeaseLost)
      expect(await lease.state.get('count')).toBeUndefined()
      await first.close()
      await second.close()
    })

    test('that cannot be renewed counts as lost before the server gives it away', async () => {
      const database = await freshDatabase()
      const store = openPostgresStore({ url: server.urlOf({ database }), leaseSeconds: 1 })
      const lease = await store.acquire('a')
      await server.sql(`ALTER TABLE billow_lease RENAME TO gone`, database)
      await until(() => lease.lost.aborted)
      expect(lease.lost.reason).toBeInstanceOf(LeaseLost)
      expect((lease.lost.reason as Error).message).toContain('could not be renewed in time')
      await store.close()
    })
  })

  test('a transaction that sleeps holds nobody up for longer than a lease', async () => {
    const database = await freshDatabase()
    const url = server.urlOf({ database })
    const sleeper = openPostgresStore({ url, leaseSeconds: 1 })
    let wake = (): void => undefined
    const asleep = new Promise<void>(resolve => {
      wake = resolve
    })
    let begun = (): void => undefined
    const started = new Promise<void>(resolve => {
      begun = resolve
    })
    const sleeping = sleeper.open('a').transaction(async keys => {
      await keys.get('k')
      begun()
      await asleep
      await keys.set('k', 'too late')
    })
    sleeping.catch(() => undefined)
    await started
    const other = openPostgresStore({ url, leaseSeconds: 1 })
    await other.open('a').set('k', 'in time')
    wake()
    await expect(sleeping).rejects.toThrow(StateError)
    expect(await other.open('a').get('k')).toBe('in time')
    await sleeper.close()
    await other.close()
  })

  test('a schema of its own, named in the URL, keeps deployments apart', async () => {
    const database = await freshDatabase()
    await server.sql('CREATE SCHEMA team_a', database)
    const plain = openPostgresStore({ url: server.urlOf({ database }) })
    const own = openPostgresStore({
      url: server.urlOf({ database, search: '?options=-csearch_path%3Dteam_a' }),
    })
    await plain.open('a').set('k', 'of all')
    const leases = [await plain.acquire('a'), await own.acquire('a')]
    expect(await own.open('a').get('k')).toBeUndefined()
    for (const lease of leases) await lease.release()
    await plain.close()
    await own.close()
  })

  test('TLS, as the URL says: with the authority it works, without it says what to give', async () => {
    const [{ data_directory: folder }] = (await server.sql('SHOW data_directory')) as [Record<string, string>]
    const { uid, gid } = statSync(folder as string)
    const file = (name: string, text: string): string => {
      const path = join(folder as string, name)
      writeFileSync(path, text, { mode: 0o600 })
      chownSync(path, uid, gid)
      return path
    }
    await server.sql(`ALTER SYSTEM SET ssl_cert_file = '${file('tls.crt', certificate)}'`)
    await server.sql(`ALTER SYSTEM SET ssl_key_file = '${file('tls.key', privateKey)}'`)
    await server.sql('ALTER SYSTEM SET ssl = on')
    await server.sql('SELECT pg_reload_conf()')
    const ca = file('ca.crt', authority)
    const tryWith = async (search: string): Promise<string> => {
      const store = openPostgresStore({ url: server.urlOf({ search }) })
      try {
        await store.open('a').set('k', 'v')
        return 'it works'
      } catch (error) {
        return (error as Error).message
      } finally {
        await store.close()
      }
    }
    // The server reads its settings in its own time.
    await until(async () => !(await tryWith('?sslmode=verify-full')).includes('speaks no TLS'))
    expect(await tryWith('?sslmode=verify-full')).toContain('sslrootcert=')
    expect(await tryWith(`?sslmode=verify-full&sslrootcert=${ca}`)).toBe('it works')
  })

  test('a server that restarts is used again, and a write that failed is not half there', async () => {
    const url = server.urlOf({ database: await freshDatabase() })
    const store = openPostgresStore({ url })
    const state = store.open('a')
    await state.set('place', '1')
    await server.stop()
    await expect(state.set('place', '2')).rejects.toThrow(StateError)
    await server.start()
    await state.set('place', '3')
    expect(await state.get('place')).toBe('3')
    await store.close()
  })
})
