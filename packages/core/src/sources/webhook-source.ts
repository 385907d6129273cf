import type { IncomingHttpHeaders } from 'node:http'
import { type Static, type TObject, Type } from 'typebox'
import type { CloudEvent, Context, Source } from '../connector.ts'
import { createReceiver, type ReceiverConfig, receiverConfig } from '../http/index.ts'

/** A request that somebody pushed to us. */
export interface PushedRequest {
  /** With the query, such as `/hooks/acme?team=7`. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** What an author writes for requests that are pushed; `webhookSource` makes a source of it. */
export interface Webhook<S extends TObject = TObject> {
  readonly name: string
  /** The connector's own keys; those of the HTTP receiver are added, with its `auth` as `sender_auth`. */
  readonly config: S
  readonly commands?: Source<S>['commands']
  check?(context: Context<Static<S>>): Promise<readonly string[]>
  /** The events of a request. Ids are the author's: the same request, sent again, has the same ids. Throws
   *  `Refused`, with the status to answer, for a request that will never be right. */
  events(
    request: PushedRequest,
    context: Context<Static<S>>,
  ): readonly CloudEvent[] | Promise<readonly CloudEvent[]>
}

const { auth, ...ownKeys } = receiverConfig.properties
/** `auth` itself is the target's, in the file of a program. */
const receiverKeys = { ...ownKeys, sender_auth: auth }
type ListenConfig = Omit<ReceiverConfig, 'auth'> & { readonly sender_auth?: ReceiverConfig['auth'] }

/**
 * Makes a source that listens for POSTs. A sender gets 204 when its events are safe, and 503 to come again later
 * when they could not be delivered.
 */
export function webhookSource<S extends TObject>(webhook: Webhook<S>): Source<S> {
  const { name, config, check, commands } = webhook
  return {
    name,
    config: Type.Interface([config], receiverKeys) as unknown as S,
    order: 'independent',
    ...(check && { check }),
    ...(commands && { commands }),
    read(context) {
      const receiver = createReceiver({
        readEvents: ({ url = '/', headers }, body) => webhook.events({ url, headers, body }, context),
      })
      const { sender_auth: auth, ...keys } = (context as Context as Context<ListenConfig>).config
      return receiver.read({ ...context, config: { ...keys, ...(auth && { auth }) } })
    },
  }
}
