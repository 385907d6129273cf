import { hostname } from 'node:os'
import type { Clock } from '../clock.ts'
import { AuthError, Gone, Retryable } from '../errors.ts'
import type { Endpoint } from './endpoint.ts'
import type { Answer } from './exchange.ts'
import { createPace, type Pace } from './rate.ts'
import { createShared } from './shared.ts'
import type { TargetConfig } from './target-config.ts'

/** What a target consented to. */
export interface Agreement {
  /** What each delivery must carry. */
  readonly headers: Readonly<Record<string, string>>
  /** Requests a minute; infinite where there is no limit. */
  readonly rate: number
  readonly pace: Pace
}

/** The sender's side of the CloudEvents webhook specification. */
export interface Handshake {
  /**
   * The target's consent, asked for once.
   * @throws AuthError where it gives none, Gone where it wants nothing any more, Retryable where it cannot be asked.
   */
  agree(signal: AbortSignal): Promise<Agreement>
  /** The target turned a delivery away: before the next one it is asked again. */
  forget(): void
  end(): void
}

type Settings = Pick<TargetConfig, 'handshake_origin' | 'handshake_rate'>

export function createHandshake(endpoint: Endpoint, settings: Settings, clock: Clock): Handshake {
  const { handshake_origin: sender = hostname(), handshake_rate: wanted } = settings
  const headers = { 'webhook-request-origin': sender }
  const rateHeader = wanted === undefined ? {} : { 'webhook-request-rate': String(wanted) }
  let agreed: Agreement | undefined
  let valid = false
  const asking = createShared(async signal => {
    const answer = await endpoint.ask({ method: 'OPTIONS', headers: { ...headers, ...rateHeader } }, signal)
    const rate = Math.min(consentOf(answer, endpoint, sender), wanted ?? Number.POSITIVE_INFINITY)
    // The same rate goes on where it was: asking again is no way around it.
    agreed = agreed?.rate === rate ? agreed : { headers, rate, pace: createPace(rate, clock) }
    valid = true
    return agreed
  })
  return {
    agree: async signal => (valid && agreed) || (await asking.get(signal)),
    forget() {
      valid = false
    },
    end: () => asking.end(),
  }
}

/** The rate that an answer allows, in requests a minute. Consent is in the headers, whatever the status. */
function consentOf(answer: Answer, endpoint: Endpoint, sender: string): number {
  const { origin } = endpoint
  const allowed = String(answer.headers['webhook-allowed-origin'] ?? '').trim()
  if (allowed !== '*' && allowed.toLowerCase() !== sender.toLowerCase()) {
    const verdict = endpoint.judge(answer)
    const down = verdict instanceof Retryable && (answer.status === 429 || answer.status >= 500)
    if (verdict instanceof Gone || (down && answer.status !== 501)) throw verdict
    throw new AuthError(
      `${origin} gave no consent to events from ${sender} (${answer.status} to OPTIONS, without WebHook-Allowed-Origin for it): allow this sender there, correct \`handshake_origin\`, or leave out \`handshake\``,
    )
  }
  const rate = String(answer.headers['webhook-allowed-rate'] ?? '*').trim()
  if (rate === '*') return Number.POSITIVE_INFINITY
  if (/^\d+$/.test(rate) && Number(rate) > 0) return Number(rate)
  throw new AuthError(
    `${origin} answered OPTIONS with a WebHook-Allowed-Rate that is neither * nor a number above 0: it must say how many requests a minute are allowed`,
  )
}
