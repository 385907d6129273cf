import type { Static, TSchema } from 'typebox'
import type { Clock } from '../clock.ts'
import { HIDDEN, isSecretOf } from '../config/secret.ts'
import type { Context } from '../connector.ts'
import type { DailyBill } from './daily.ts'
import type { DayOf } from './day-event.ts'
import { type Ledger, openLedger } from './ledger.ts'
import { openSpool, type Spool } from './spool.ts'

/** One account's bill with its ledger and spool: what the schedule and the commands work on. */
export interface OpenBill extends DayOf {
  readonly ledger: Ledger
  readonly spool: Spool
  readonly stamp: DailyBill['stamp']
  readonly clock: Clock
  readonly log: Context['log']
}

export async function openBill<S extends TSchema, Row>(
  bill: DailyBill<S, Row>,
  context: Context<Static<S>>,
): Promise<OpenBill> {
  const account = await bill.account(context)
  const scope = bill.scope?.(context.config) ?? ''
  const ledger = openLedger(context.state, account, scope)
  const { clock, log, config } = context
  const { source = bill.name, zone, stamp } = bill
  const shownAccount = isSecretOf(config, account) ? HIDDEN : account
  const spool = openSpool(context.state, ledger.id)
  return { account, shownAccount, scope, source, zone, ledger, spool, stamp, clock, log }
}
