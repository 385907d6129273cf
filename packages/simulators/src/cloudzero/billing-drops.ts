import type { Faults } from '../faults.ts'
import type { Reply, WireRequest } from '../wire.ts'
import { readDrop } from './body.ts'
import type { BillingDrop, Drops, Place } from './drops.ts'
import { CloudzeroError, errorAnswer, jsonAnswer } from './errors.ts'
import type { CloudzeroFaults } from './faults.ts'
import type { Kept } from './kept.ts'
import { parametersOf, type Route } from './routes.ts'
import { monthTime, readMonth } from './times.ts'

/** An answer that comes before the work: as if it were done, or a gateway's. */
export type Ahead = 'early' | 'gatewayTimeout'

/** Does what a request asks for. Throws `CloudzeroError`. */
export type Operate = (route: Route, request: WireRequest, ahead?: Ahead) => Reply

export function billingDrops(drops: Drops, faults: Faults<CloudzeroFaults>, kept: Kept): Operate {
  function create(place: Place, request: WireRequest, ahead?: Ahead): Reply {
    const { drop: wanted, faults: wrong } = readDrop(request, faults.current())
    if (wrong.length > 0) throw new CloudzeroError(400, summary(wrong, faults.current().vague === true))
    const { drop, commit } = drops.plan(place, wanted)
    const { month, operation, rows } = wanted
    const asked = { month, operation, rows: rows.length, bytes: request.bytes.length }
    const parameters = { ...parametersOf(request), ...asked }
    const done: Reply = { ...ok({ connection: wire(drop) }), parameters }
    if (ahead === 'early') return { ...kept.keep(request, done), after: commit }
    if (ahead === 'gatewayTimeout') {
      const after = () => {
        commit()
        kept.keep(request, done)
      }
      return { ...failed(504, 'Endpoint request timed out'), parameters, after }
    }
    commit()
    const failure = faults.strikes('errorAfter', 'CreateBillingDrop')
    return kept.keep(request, failure ? { ...failed(500, 'Internal Server Error'), parameters } : done)
  }

  function validate(request: WireRequest): Reply {
    const { faults: errors } = readDrop(request, faults.current())
    return ok({ connection: { is_valid: errors.length === 0, errors } })
  }

  function read(place: Place, text: string): Reply {
    const month = readMonth(text)
    if (month === undefined) throw new CloudzeroError(400, `month: found "${text}"; give 2024-08`)
    const stale = faults.strikes('staleRead', 'ReadBillingDrop')
    const rows = drops.rows(place, month, stale ? 'before' : 'now')
    if (!rows) throw new CloudzeroError(404, `there is no billing drop for ${month}`)
    return ok({ billing_drop: rows })
  }

  return ({ action, connection = '', month = '' }, request, ahead) => {
    const place = { connection, testKey: request.headers['cloudzero-test-key'] ?? '' }
    if (action === 'CreateBillingDrop') return create(place, request, ahead)
    const answers = {
      ListBillingDrops: () => ok({ billing_drops: drops.list(place).map(wire) }),
      ReadBillingDrop: () => read(place, month),
      ValidateBillingDrop: () => validate(request),
    }
    return kept.keep(request, { ...answers[action](), parameters: parametersOf(request) })
  }
}

const ok = (body: unknown): Reply => ({ answer: jsonAnswer(200, body), outcome: 'ok' })

function failed(status: number, message: string): Reply {
  const error = new CloudzeroError(status, message)
  return { answer: errorAnswer(error), outcome: error.type }
}

const wire = ({ dropId, month, rowCount }: BillingDrop) => ({
  drop_id: dropId,
  month: monthTime(month),
  row_count: rowCount,
})

function summary([first = '', ...more]: readonly string[], vague: boolean): string {
  if (vague) return 'Bad Request'
  return more.length === 0 ? first : `${first} (and ${more.length} more; validate_billing_drop lists them)`
}
