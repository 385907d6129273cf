import type { Clock } from '../clock.ts'
import { createRedactor } from '../config/redactor.ts'
import { checkHeader, openAuthorization } from './authorization.ts'
import type { Answer } from './exchange.ts'
import { type Ask, type Line, openLine } from './line.ts'
import type { TargetConfig } from './target-config.ts'
import { verdictOf } from './verdict.ts'

/** A target, ready to be asked: its line, with the headers and the authorization of the configuration. */
export interface Endpoint extends Line {
  /** What an answer means for what was sent; see `verdictOf`. A body that shows a secret of ours is no place for it. */
  judge(answer: Answer): Error | undefined
}

/** @throws ConfigError for what cannot be used: a header value, `auth`, `ca`, `proxy`. */
export function openEndpoint(config: TargetConfig, clock: Clock): Endpoint {
  const common = commonHeaders(config)
  const authorization = openAuthorization(config, clock)
  const line = openLine(new URL(config.target), config)
  const secrets = Object.values(config.headers ?? {}).map(value => value.reveal())
  let latest = ''
  return {
    origin: line.origin,
    async ask(request: Ask, signal) {
      for (let attempt = 1; ; attempt += 1) {
        const value = await authorization.value(signal)
        latest = value ?? ''
        const own = value === undefined ? {} : { authorization: value }
        const answer = await line.ask(
          { ...request, headers: { ...common, ...request.headers, ...own } },
          signal,
        )
        if (answer.status !== 401) return answer
        if (attempt > 1 || !authorization.refused(value)) return answer
      }
    },
    judge(answer) {
      const now = clock.now()
      if (answer.body === '') return verdictOf(answer, line.origin, now)
      // A token is a secret with and without the scheme before it.
      const redact = createRedactor(
        [...secrets, latest].flatMap(secret => [secret, secret.replace(/^\S+ +/, '')]),
      )
      return verdictOf({ ...answer, body: redact(answer.body) }, line.origin, now)
    },
    async close() {
      await authorization.close()
      await line.close()
    },
  }
}

function commonHeaders({ headers = {} }: TargetConfig): Record<string, string> {
  const common: Record<string, string> = { 'user-agent': 'billow' }
  for (const [name, value] of Object.entries(headers)) {
    common[name.toLowerCase()] = checkHeader(`headers.${name}`, value.reveal())
  }
  return common
}
