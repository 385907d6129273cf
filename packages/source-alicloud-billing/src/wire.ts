import { randomUUID } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ClientRequest, IncomingMessage } from 'node:http'
import OpenApi from '@alicloud/openapi-client'

const NONCE = 'x-acs-signature-nonce'
const CREATED = 'http.client.request.created'
const ANSWERED = 'http.client.response.finish'
const VERSION = '2017-12-14'
const CONNECT_TIMEOUT_MS = 10_000
const READ_TIMEOUT_MS = 30_000

type ClientClass = typeof OpenApi.default
type Config = ConstructorParameters<ClientClass>[0]
type Call = Parameters<InstanceType<ClientClass>['callApi']>

// What `import` gives for this CommonJS package: its exports in Node, the class itself in other loaders.
const loaded = OpenApi as unknown as { readonly default?: ClientClass }
const Client = loaded.default ?? (loaded as unknown as ClientClass)

/** Where the API is, and whose keys sign. */
export interface Access {
  readonly endpoint: string
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly securityToken?: string
}

/** An answer as it came; `callApi` alone would lose the status and the headers of one that is an error. */
export interface Answer {
  /** The source text of a success; of an error, nothing: `error` has it parsed. */
  readonly body?: string
  readonly error?: unknown
  /** 0 where no answer came. */
  readonly status: number
  readonly headers: IncomingMessage['headers']
}

/**
 * Sends one signed request. Never rejects: what went wrong is in the answer.
 *
 * `callApi` takes no abort signal and drops the headers of an error. So its HTTP request is watched through Node's
 * diagnostics channels, where it is recognised by its nonce: an abort destroys it at once, and headers are kept.
 */
export async function send(
  access: Access,
  action: string,
  query: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Answer> {
  const nonce = randomUUID()
  let request: ClientRequest | undefined
  let response: IncomingMessage | undefined
  const stop = () => request?.destroy()
  const created = (message: unknown) => {
    const { request: found } = message as { request: ClientRequest }
    if (found.getHeader(NONCE) !== nonce) return
    request = found
    if (signal.aborted) stop()
  }
  const answered = (message: unknown) => {
    const found = message as { request: ClientRequest; response: IncomingMessage }
    if (found.request === request) response = found.response
  }
  subscribe(CREATED, created)
  subscribe(ANSWERED, answered)
  signal.addEventListener('abort', stop)
  try {
    const { body } = await callApi(access, action, { query, headers: { [NONCE]: nonce } })
    return { body: String(body), ...seen(response) }
  } catch (error) {
    // A socket that hangs in the middle of an answer would stay open otherwise.
    stop()
    return { error, ...seen(response) }
  } finally {
    signal.removeEventListener('abort', stop)
    unsubscribe(CREATED, created)
    unsubscribe(ANSWERED, answered)
  }
}

function seen(response: IncomingMessage | undefined): Pick<Answer, 'status' | 'headers'> {
  return { status: response?.statusCode ?? 0, headers: response?.headers ?? {} }
}

function callApi(
  access: Access,
  action: string,
  { query, headers }: { query: Readonly<Record<string, string>>; headers: Record<string, string> },
): Promise<{ body?: unknown }> {
  const { protocol, host, pathname } = new URL(
    access.endpoint.includes('://') ? access.endpoint : `https://${access.endpoint}`,
  )
  const { accessKeyId, accessKeySecret, securityToken } = access
  const client = new Client({
    accessKeyId,
    accessKeySecret,
    ...(securityToken !== undefined && { securityToken }),
    endpoint: host,
    protocol: protocol.slice(0, -1),
    connectTimeout: CONNECT_TIMEOUT_MS,
    readTimeout: READ_TIMEOUT_MS,
  } as Config)
  const params = {
    action,
    version: VERSION,
    pathname,
    method: 'POST',
    authType: 'AK',
    style: 'RPC',
    reqBodyType: 'formData',
    // The text itself: parsed as JSON, amounts would lose digits.
    bodyType: 'string',
  }
  return client.callApi(params as Call[0], { query, headers } as Call[1], {} as Call[2])
}
