import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Secret } from '../config/secret.ts'
import type { Rejection } from './answer.ts'
import type { ReceiverConfig } from './receiver-config.ts'
import { tooLarge } from './request-body.ts'

/** Judges a request by its head alone, before its body costs anything. Nothing where it may come in. */
export function judgeHead(request: IncomingMessage, config: ReceiverConfig): Rejection | undefined {
  const { method, headers } = request
  if (method !== 'POST') {
    return { status: 405, error: `found ${method}; POST is allowed`, headers: { allow: 'POST, OPTIONS' } }
  }
  if (config.auth && !holds(headers.authorization, config.auth.token)) {
    return {
      status: 401,
      error: 'found no valid token; `Authorization: Bearer` with the token of this receiver is required',
      headers: { 'www-authenticate': 'Bearer' },
    }
  }
  const coding = headers['content-encoding']?.trim().toLowerCase()
  if (coding && coding !== 'identity') {
    return {
      status: 415,
      error: `content-encoding: found ${JSON.stringify(coding.slice(0, 40))}; bodies are taken as they are, not compressed`,
      headers: { 'accept-encoding': 'identity' },
    }
  }
  return Number(headers['content-length'] ?? 0) > config.max_body ? tooLarge(config.max_body) : undefined
}

/** Takes the same time whatever part of the token is right. */
function holds(authorization: string | undefined, token: Secret): boolean {
  const given = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1] ?? ''
  return timingSafeEqual(digest(given), digest(token.reveal()))
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
