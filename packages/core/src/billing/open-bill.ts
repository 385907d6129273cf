import type { Static, TSchema } from 'typebox'
import type { Clock } from '../clock.ts'
import type { Context } from '../connector.ts'
import type { DailyBill } from './daily.ts'
import { type Ledger, openLedger } from './ledger.ts'
import { openSpool, type Spool } from './spool.ts'

/** One account's bill with its ledger and spool: what the schedule and the commands work on. */
export interface OpenBill {
  readonly account: string
  readonly ledger: Ledger
  readonly spool: Spool
  readonly clock: Clock
  readonly log: Context['log']
}

export async function openBill<S extends TSchema, Row>(
  bill: DailyBill<S, Row>,
  context: Context<Static<S>>,
): Promise<OpenBill> {
  const account = await bill.account(context)
  const ledger = openLedger(context.state, account, bill.scope?.(context.config) ?? '')
  const { clock, log } = context
  return { account, ledger, spool: openSpool(context.state, ledger.id), clock, log }
}
