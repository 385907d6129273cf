import { BillowError, ConfigError, type Context, openDispatcher, Retryable, retryAfterMs } from '@billow/core'
import type { CbfRow } from './cbf/row.ts'
import type { CloudzeroConfig } from './config.ts'
import { type Asked, cloudzeroError, NotFound } from './errors.ts'
import { readRows } from './read-rows.ts'

/** The API of one AnyCost Stream connection. Every call throws Billow's errors, or the signal's reason. */
export interface AnycostStream {
  /** Sends a body. Resolves when CloudZero answered that it has it. */
  drop(body: string, idempotencyKey: string): Promise<void>
  /** What is wrong with a body, in CloudZero's words; nothing where all is right. */
  validate(body: string): Promise<readonly string[]>
  /** Proves that the connection exists and may be read: the months that it has, `YYYY-MM`. */
  months(): Promise<readonly string[]>
  /** The rows of a month, some at a time; none where it has no drop. */
  rows(month: string): AsyncGenerator<readonly CbfRow[]>
  close(): Promise<void>
}

interface Call extends Asked {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

const BASE = '/v2/connections/billing/anycost'

/** @throws ConfigError for a key that no header can carry. */
export function openAnycost(
  { config, clock, signal }: Pick<Context<CloudzeroConfig>, 'config' | 'clock' | 'signal'>,
  connection: string,
): AnycostStream {
  const { endpoint, timeout, secret } = config
  if (!/^[\x21-\x7e]+$/.test(secret.api_key.reveal())) {
    throw new ConfigError(
      'secret.api_key: found spaces or characters that a header cannot carry; the key alone is allowed, without Bearer before it',
    )
  }
  const url = new URL(endpoint)
  const dispatcher = openDispatcher(url, { timeout, max_in_flight: 1 })
  const place = `${url.pathname.replace(/\/$/, '')}${BASE}`
  const drops = `${place}/${encodeURIComponent(connection)}/billing_drops`

  /** The answer's body, as a stream, where its status is 2xx. */
  async function ask(call: Call) {
    signal.throwIfAborted()
    try {
      const { statusCode, headers, body } = await dispatcher.request({
        origin: url.origin,
        path: call.path,
        method: call.method,
        headers: {
          // The key alone: CloudZero takes no scheme such as Bearer.
          authorization: secret.api_key.reveal(),
          accept: 'application/json',
          ...(call.body !== undefined && { 'content-type': 'application/json' }),
          ...call.headers,
        },
        ...(call.body !== undefined && { body: call.body }),
        // For the status, and from one piece of the body to the next.
        headersTimeout: timeout * 1000,
        bodyTimeout: timeout * 1000,
        signal,
      })
      if (statusCode >= 200 && statusCode < 300) return body
      const text = await body.text().catch(() => '')
      const wait = retryAfterMs(headers, clock.now())
      throw cloudzeroError(statusCode, text, { connection, ...call }, wait)
    } catch (error) {
      signal.throwIfAborted()
      throw error instanceof BillowError ? error : broken(call, error)
    }
  }

  /** No answer, or one that ended early. */
  function broken({ what }: Asked, cause: unknown): Retryable {
    signal.throwIfAborted()
    const { code = 'no JSON' } = Object(cause) as NodeJS.ErrnoException
    const late = /^UND_ERR_(HEADERS|BODY)_TIMEOUT$/.test(code)
    return new Retryable(
      `${what}: ${late ? `no answer from ${url.host} within ${timeout} s` : `the answer of ${url.host} is missing or broke off (${code})`}`,
    )
  }

  async function json(call: Call): Promise<Record<string, unknown>> {
    const body = await ask(call)
    try {
      return Object(await body.json())
    } catch (error) {
      throw broken(call, error)
    }
  }

  async function months(): Promise<readonly string[]> {
    const { billing_drops: found } = await json({
      what: 'listing billing drops',
      scope: 'connections:read_billing_anycost_billing_drops',
      method: 'GET',
      path: drops,
    })
    if (!Array.isArray(found)) throw new Retryable(`listing billing drops: ${url.host} gave no list of them`)
    return found.map(({ month }: { readonly month?: unknown }) => String(month).slice(0, 7))
  }

  return {
    async drop(body, idempotencyKey) {
      const answer = await ask({
        what: 'sending a billing drop',
        scope: 'connections:create_billing_anycost_billing_drop',
        method: 'POST',
        path: drops,
        body,
        headers: { 'cloudzero-idempotency-key': idempotencyKey },
      })
      // The status decides. What the stream then has is read back in any case.
      await answer.dump().catch(() => undefined)
    },
    async validate(body) {
      const { connection: judged } = await json({
        what: 'validating a billing drop',
        scope: 'connections:create_billing_anycost_validate_billing_drop',
        method: 'POST',
        path: `${place}/validate_billing_drop`,
        body,
      })
      const { is_valid, errors } = Object(judged) as {
        readonly is_valid?: unknown
        readonly errors?: unknown
      }
      if (is_valid === true) return []
      return Array.isArray(errors) && errors.length > 0 ? errors.map(String) : ['it is not valid']
    },
    months,
    async *rows(month) {
      const call: Call = {
        what: `reading the month ${month}`,
        scope: 'connections:read_billing_anycost_billing_drops_month',
        method: 'GET',
        path: `${drops}/${month}`,
      }
      const body = await ask(call).catch(async (error: unknown) => {
        // No connection, or no drop: a connection that can be listed exists.
        if (!(error instanceof NotFound)) throw error
        if (!(await months()).includes(month)) return undefined
        throw new Retryable(`${call.what}: CloudZero lists it, and does not give it`)
      })
      if (!body) return
      try {
        yield* readRows(body)
      } catch (error) {
        throw broken(call, error)
      }
    },
    close: () => dispatcher.destroy(),
  }
}
