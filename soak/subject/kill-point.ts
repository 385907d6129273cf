// Loaded into a subject before anything else (node --import): ends it with SIGKILL at the point that SOAK_KILL names.
import { channel } from 'node:diagnostics_channel'
import { DatabaseSync, StatementSync } from 'node:sqlite'

/** Where a subject ends itself. */
export interface KillPoint {
  /**
   * `write`: a key of the state is written. Before: while its transaction is open, at the last moment before COMMIT;
   * after: when it is on the disk. `scan`: keys are read. `answer`: an answer of the target has arrived.
   */
  readonly on: 'write' | 'scan' | 'answer'
  /** Which keys, with their values: `key value`. */
  readonly match?: string
  /** At which time, from 1. */
  readonly nth: number
  readonly when?: 'before' | 'after'
}

const { on, match = '', nth, when } = JSON.parse(process.env['SOAK_KILL'] ?? '{}') as KillPoint
const pattern = new RegExp(match)
let seen = 0
const reached = (): boolean => (seen += 1) === nth
const end = (): void => void process.kill(process.pid, 'SIGKILL')

if (on === 'answer') {
  channel('undici:request:headers').subscribe(message => {
    const { request } = message as { request: { method: string } }
    if (request.method === 'POST' && reached()) end()
  })
}

if (on === 'scan') {
  const { iterate } = StatementSync.prototype
  StatementSync.prototype.iterate = function (...parameters) {
    const [, key] = parameters as unknown[]
    if (typeof key === 'string' && pattern.test(key) && reached()) end()
    return Reflect.apply(iterate, this, parameters)
  }
}

if (on === 'write') {
  const databases = new WeakMap<StatementSync, DatabaseSync>()
  const { prepare, exec } = DatabaseSync.prototype
  const { run } = StatementSync.prototype
  let hit = false
  DatabaseSync.prototype.prepare = function (...parameters) {
    const statement = Reflect.apply(prepare, this, parameters)
    databases.set(statement, this)
    return statement
  }
  StatementSync.prototype.run = function (...parameters) {
    const [, key, value = ''] = parameters as unknown[]
    const found = typeof key === 'string' && pattern.test(`${key} ${value}`) && reached()
    const inside = databases.get(this)?.isTransaction === true
    if (found && inside) hit = true
    if (found && !inside && when === 'before') end()
    const result = Reflect.apply(run, this, parameters)
    if (found && !inside) end()
    return result
  }
  DatabaseSync.prototype.exec = function (sql) {
    const commits = hit && /\bCOMMIT\b/i.test(sql)
    if (commits && when === 'before') end()
    Reflect.apply(exec, this, [sql])
    if (commits) end()
  }
}
