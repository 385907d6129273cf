import { AuthError, type Context, Retryable, Throttled } from '@billow/core'
import { type Json, readAnswer, record } from './answer.ts'
import type { AlicloudBillingConfig } from './config.ts'
import { type BillKind, textOf, type WireRow } from './event.ts'
import { type Access, send } from './wire.ts'

/** The largest page that the API gives. */
const PAGE_SIZE = 300
/** Requests for one page before the runtime is told. */
const ATTEMPTS = 5
/** How often a day is read from its first page again because its bill moved meanwhile. */
const READINGS = 3
/** A longer wait than this is the runtime's. */
const LONGEST_WAIT_MS = 30_000

type AlicloudContext = Context<AlicloudBillingConfig>

/** The rows of one day. The figures are the API's own text: a number, or a raw JSON value where it has more digits. */
export async function* readDay(
  kind: BillKind,
  day: string,
  context: AlicloudContext,
): AsyncGenerator<WireRow> {
  if (kind.action === 'DescribeInstanceBill') yield* readTokens(kind, day, context)
  else yield* await readPages(kind, day, context)
}

/** The account that the keys belong to, as the API says; free of charge, and a proof of the permission. */
export async function askAccount(
  kind: BillKind,
  day: string,
  context: AlicloudContext,
): Promise<string | undefined> {
  const size: Readonly<Record<string, string>> =
    kind.action === 'QueryAccountBill' ? { PageNum: '1', PageSize: '1' } : { MaxResults: '1' }
  const data = await ask(kind, { ...ofDay(kind, day, context), ...size }, context)
  return textOf(data['AccountID']) || undefined
}

/** The rows of a month's overview: its totals by product, settled as the provider does it by the month. */
export async function readOverview(month: string, context: AlicloudContext): Promise<readonly WireRow[]> {
  const overview = { action: 'QueryBillOverview' }
  const query = { BillingCycle: month, ...ofOwner(context) }
  return itemsOf(record((await ask(overview, query, context))['Items'])?.['Item'], overview)
}

/** A bill whose number of rows changes between two pages moved: what was read of it is thrown away. */
async function readPages(kind: BillKind, day: string, context: AlicloudContext): Promise<readonly WireRow[]> {
  for (let reading = 1; reading <= READINGS; reading += 1) {
    const rows = await readOnce(kind, day, context)
    if (rows) return rows
    context.log.info({ day, reading }, 'the bill changed while it was read: the day is read again')
  }
  throw new Retryable(`the bill of ${day} changed in each of ${READINGS} readings`)
}

async function readOnce(
  kind: BillKind,
  day: string,
  context: AlicloudContext,
): Promise<WireRow[] | undefined> {
  const rows: WireRow[] = []
  let total: number | undefined
  for (let page = 1; total === undefined || (page - 1) * PAGE_SIZE < total; page += 1) {
    const query = { ...ofDay(kind, day, context), PageNum: String(page), PageSize: String(PAGE_SIZE) }
    const data = await ask(kind, query, context)
    const count = totalOf(data, kind)
    if (count !== (total ??= count)) return undefined
    rows.push(...itemsOf(record(data['Items'])?.['Item'], kind))
  }
  return rows.length === total ? rows : undefined
}

/** The instance bill may be long: its rows are passed on page by page. */
async function* readTokens(kind: BillKind, day: string, context: AlicloudContext): AsyncGenerator<WireRow> {
  const seen = new Set<string>()
  let total: number | undefined
  let rows = 0
  let token = ''
  do {
    const query = {
      ...ofDay(kind, day, context),
      MaxResults: String(PAGE_SIZE),
      ...(token && { NextToken: token }),
    }
    const data = await ask(kind, query, context)
    const count = totalOf(data, kind)
    if (count !== (total ??= count)) throw new Retryable(`the bill of ${day} changed while it was read`)
    const items = itemsOf(data['Items'], kind)
    rows += items.length
    yield* items
    token = typeof data['NextToken'] === 'string' ? data['NextToken'] : ''
    if (seen.has(token)) throw new Retryable(`${kind.action} gave a page's token twice: the pages do not end`)
    if (token) seen.add(token)
  } while (token)
  if (rows !== total)
    throw new Retryable(`${kind.action} gave ${rows} rows of ${day}, and said that there are ${total}`)
}

function ofDay(kind: BillKind, day: string, context: AlicloudContext): Record<string, string> {
  return {
    BillingCycle: day.slice(0, 7),
    BillingDate: day,
    Granularity: 'DAILY',
    ...(kind.action === 'QueryAccountBill' ? { IsGroupByProduct: 'true' } : { IsBillingItem: 'true' }),
    ...ofOwner(context),
  }
}

function ofOwner({ config }: AlicloudContext): Record<string, string> {
  return config.bill_owner_id === undefined ? {} : { BillOwnerId: config.bill_owner_id }
}

/** One request's `Data`. A request that fails in passing is sent again after a wait, a bounded number of times. */
async function ask(
  { action }: { readonly action: string },
  query: Record<string, string>,
  context: AlicloudContext,
): Promise<Json> {
  const { config, signal, clock, log } = context
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted()
    const answer = await send(accessOf(config), action, query, signal)
    signal.throwIfAborted()
    const data = readAnswer(answer, { action, endpoint: config.endpoint })
    if (!(data instanceof Error)) return ofKnownAccount(data, context)
    const asked = data instanceof Retryable ? (data.retryAfterMs ?? 0) : 0
    if (!(data instanceof Retryable) || attempt === ATTEMPTS || asked > LONGEST_WAIT_MS) throw data
    const wait = Math.max(asked, 1000 * 2 ** (attempt - 1))
    log.debug(
      { attempt, wait, throttled: data instanceof Throttled, reason: data.message },
      'the request is sent again',
    )
    await clock.sleep(wait, signal)
  }
}

/** Keys that now belong to another account mean another ledger, which is used from the next reading on. */
async function ofKnownAccount(data: Json, { config, state }: AlicloudContext): Promise<Json> {
  const found = textOf(data['AccountID'])
  const stored = await state.get('account')
  if (!found || !stored || stored === found || config.bill_owner_id !== undefined) return data
  await state.set('account', found)
  throw new AuthError(
    `the keys belong to account ${found} now, and not to ${stored}: its own ledger is used from here on`,
  )
}

function accessOf({ endpoint, secret }: AlicloudBillingConfig): Access {
  return {
    endpoint,
    accessKeyId: secret.access_key_id.reveal(),
    accessKeySecret: secret.secret_access_key.reveal(),
    ...(secret.security_token && { securityToken: secret.security_token.reveal() }),
  }
}

function totalOf(data: Json, { action }: BillKind): number {
  if (typeof data['TotalCount'] !== 'number')
    throw new Retryable(`${action} gave an answer without TotalCount`)
  return data['TotalCount']
}

function itemsOf(items: unknown, { action }: { readonly action: string }): readonly WireRow[] {
  if (items === undefined || items === null) return []
  if (!Array.isArray(items)) throw new Retryable(`${action} gave an answer whose rows are no list`)
  return items as WireRow[]
}
