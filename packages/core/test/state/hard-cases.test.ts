import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from '@jest/globals'
import { pullDays } from '../../src/billing/pull.ts'
import { pullAndDeliver } from '../../src/billing/read-due-days.ts'
import { openBill } from '../../src/billing/open-bill.ts'
import type { DailyBill } from '../../src/billing/daily.ts'
import { prepareDataFiles } from '../../src/runtime/data-directory.ts'
import { presences } from '../../src/runtime/ask.ts'
import { announce } from '../../src/runtime/presence.ts'
import { createAdminServer } from '../../src/http/index.ts'
import { openSqliteStore } from '../../src/state/sqlite.ts'
import type { Context } from '../../src/connector.ts'
import type { State } from '../../src/state/state.ts'
import { billOf, provider, type Row } from '../support/bill.ts'
import { jumpingClock } from '../support/clock.ts'
import { memoryState, testSide } from '../support/side.ts'

const folder = (): string => mkdtempSync(join(tmpdir(), 'billow-'))

function contextOf(state: State): Context<never> {
  const clock = jumpingClock('2024-05-15T12:00:00Z')
  return { ...testSide(clock, {}, state), signal: new AbortController().signal } as Context<never>
}

describe('a disk that is full', () => {
  /** A state in a file that may not grow. */
  function fullState(): { state: State; file: string } {
    const file = join(folder(), 'billow.db')
    const store = openSqliteStore(file)
    const full = (text: string): never => {
      throw Object.assign(new Error(text), { code: 'ERR_SQLITE_ERROR', errcode: 13 })
    }
    const state = store.open('test')
    let length = 0
    const set = async (value: string): Promise<void> => {
      length += value.length
      if (length > 100_000) full('database or disk is full')
    }
    return {
      file,
      state: {
        ...state,
        set: (key, value) => set(value).then(() => state.set(key, value)),
      },
    }
  }

  test('costs no request', async () => {
    const p = provider({ '2024-05-14': [{ service: 'a', amount: '1' }] })
    const bill: DailyBill<never, Row> = {
      ...billOf(p),
      requests: { days: 31, price: { amount: '0.01', currency: 'USD' } },
    }
    const context = contextOf(fullState().state)
    const open = await openBill(bill, context)
    await expect(pullDays(bill, open, { from: '2024-05-14', to: '2024-05-14' }, context)).rejects.toThrow(
      'full',
    )
    expect(p.asked).toEqual([])
  })

  test('is not asked again day by day', async () => {
    const p = provider({ '2024-05-01': [{ service: 'a', amount: '1' }] })
    const bill = billOf(p, { daysPerRequest: 14 })
    const file = join(folder(), 'billow.db')
    const state = openSqliteStore(file).open('test')
    const context = contextOf(state)
    const open = await openBill(bill, context)
    const other = new DatabaseSync(file)
    // SQLite itself says so, through a limit that this connection shares with nobody: a trigger stands for the disk.
    other.exec(
      "CREATE TRIGGER full BEFORE INSERT ON state WHEN new.key LIKE 'row/%' BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END",
    )
    const days = ['2024-05-01', '2024-05-02', '2024-05-03']
    const reading = pullAndDeliver(bill, open, [{ from: '2024-05-01', to: '2024-05-03', days }], context)
    await expect(reading.next()).rejects.toThrow(
      `the state "${file}" cannot be written: database or disk is full`,
    )
    expect(p.asked).toEqual(['2024-05-01..2024-05-03'])
    expect(await open.ledger.get('2024-05-01')).toBeUndefined()
    other.close()
  })
})

test('rows of somewhat more than a kilobyte take about their own size on the disk', async () => {
  const file = join(folder(), 'billow.db')
  const store = openSqliteStore(file)
  const state = store.open('test')
  await state.transaction(async keys => {
    for (let n = 0; n < 2000; n += 1) await keys.set(`row/${(n * 7919) % 2000}`, 'x'.repeat(1200))
  })
  await store.close()
  expect(statSync(file).size).toBeLessThan(2 * 2000 * 1200)
})

test('a scan of long values holds few of them, and leaves out none', async () => {
  const state = memoryState()
  for (let n = 100; n < 130; n += 1) await state.set(`k${n}`, 'x'.repeat(300_000))
  const found: string[] = []
  for await (const [key] of state.scan('k')) found.push(key)
  expect(found).toHaveLength(30)
  expect(new Set(found).size).toBe(30)
})

test('two processes may make the same directory', () => {
  const directory = join(folder(), 'a/b')
  const env = { BILLOW_DATA_DIR: directory }
  expect(prepareDataFiles(env, { type: 'file' }).directory).toBe(directory)
  expect(existsSync(directory)).toBe(true)
  mkdirSync(join(directory, 'c'))
  expect(prepareDataFiles(env, { type: 'file', store_file: 'x/../state.db' }).directory).toBe(directory)
})

test('health asks only connectors of exactly this name', async () => {
  const directory = folder()
  const readiness = (pid: number) => () => ({ ready: true, body: { pid } })
  const servers = [
    await createAdminServer({ readiness: readiness(1), at: { path: join(directory, 'source-aws.sock') } }),
    await createAdminServer({
      readiness: readiness(2),
      at: { path: join(directory, 'source-aws-billing.sock') },
    }),
    await createAdminServer({
      readiness: readiness(3),
      at: { path: join(directory, 'source-aws-8080.sock') },
    }),
  ]
  writeFileSync(join(directory, 'source-aws-9.sock.txt'), '')
  const found = await presences(directory, 'source-aws')
  expect(new Set(found.map(({ pid }) => pid))).toEqual(new Set([1, 3]))
  for (const server of servers) await server.close()
})

test('of processes that find the socket of a killed one, a single one takes over', async () => {
  for (let round = 0; round < 5; round += 1) {
    const directory = folder()
    const path = join(directory, 'source-aws.sock')
    // Bound, then killed: the file stays.
    const code = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`
    await once(spawn(process.execPath, ['-e', code]), 'close')
    expect(existsSync(path)).toBe(true)
    const readiness = () => ({ ready: true, body: { pid: 1 } })
    const all = await Promise.allSettled(
      [1, 2, 3].map(() => announce(directory, 'source-aws', { readiness })),
    )
    const taken = all.filter(result => result.status === 'fulfilled')
    expect(taken).toHaveLength(1)
    await Promise.all(taken.map(({ value }) => value.close()))
    const again = await announce(directory, 'source-aws', { readiness })
    await again.close()
  }
})
