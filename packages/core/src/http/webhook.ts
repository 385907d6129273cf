import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import type { Clock } from '../clock.ts'
import type { Rejection } from './answer.ts'
import { createQuota } from './rate.ts'
import type { ReceiverConfig } from './receiver-config.ts'

/** The receiver's side of the CloudEvents webhook specification. */
export interface Webhook {
  /** The headers that answer OPTIONS; with consent where a sender asks for it and may send. */
  consent(request: IncomingMessage): OutgoingHttpHeaders
  /** Counts a delivery; why not, where its sender is faster than agreed. */
  tooFast(request: IncomingMessage): Rejection | undefined
}

/**
 * A handshake is no authorization, and its answer grants no right: it keeps senders from posting to somebody who
 * never asked for it, and tells them how fast they may be.
 */
export function createWebhook({ webhook = {} }: ReceiverConfig, clock: Clock): Webhook {
  const { origins, rate } = webhook
  const quota = createQuota(rate ?? Number.POSITIVE_INFINITY, clock)
  const allowed = new Set(origins?.map(origin => origin.toLowerCase()))
  return {
    consent(request) {
      const origin = originOf(request)
      const allow = { allow: 'POST, OPTIONS' }
      if (!origin || (origins && !allowed.has(origin))) return allow
      return {
        ...allow,
        'webhook-allowed-origin': origins ? origin : '*',
        'webhook-allowed-rate': rate === undefined ? '*' : String(rate),
      }
    },
    tooFast(request) {
      if (rate === undefined) return undefined
      // The origin stands for all machines of a sender; who names none is known by the address.
      const waitMs = quota.take(originOf(request) || `address ${request.socket.remoteAddress}`)
      if (waitMs === 0) return undefined
      return {
        status: 429,
        error: `found more than ${rate} requests a minute, which are allowed (webhook.rate); send this one again later`,
        headers: { 'retry-after': String(Math.ceil(waitMs / 1000)) },
      }
    },
  }
}

const originOf = ({ headers }: IncomingMessage): string =>
  String(headers['webhook-request-origin'] ?? '')
    .trim()
    .toLowerCase()
