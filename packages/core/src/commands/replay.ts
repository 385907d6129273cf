import type { Terminal } from '../command.ts'
import { runBackground } from '../connect/background.ts'
import { contextOf } from '../connect/context.ts'
import { deliver } from '../connect/deliver.ts'
import type { Side } from '../connect/side.ts'
import type { Sink } from '../connector.ts'
import type { DeadLetter } from '../dead-letters/dead-letter.ts'
import { type DeadLetters, openDeadLetters } from '../dead-letters/store.ts'
import { describeError } from '../errors.ts'
import { claimsOf, mainWay } from '../pipeline/link.ts'
import { stopOnSignals } from '../runtime/stop.ts'
import { acquireAll } from '../state/leases.ts'
import { batchesOf, lettersOf, select, unknownLetter, wantedId } from './chosen-letters.ts'
import { EXIT } from './exit-code.ts'
import type { LinkCall } from './link-commands.ts'

/**
 * `replay`: sends dead letters again. Those that are delivered leave the store; those refused again stay in their
 * place. It may run beside the connector, since it touches nothing but the letters; not so where the sink claims
 * something for one writer.
 */
export async function replay({ link, host, options, terminal }: LinkCall): Promise<number> {
  const id = wantedId('replay', options)
  const { sink } = mainWay(link)
  const own = host.side(link, sink)
  const letters = openDeadLetters(own.state)
  const plan = await planOf(select(letters, id))
  if (id !== undefined && plan.count === 0) throw unknownLetter('replay', id)
  const json = options['json'] === true
  if (options['dry-run']) {
    sayPlan(plan, { terminal, json })
    return EXIT.ok
  }
  const tally: Tally = { sent: 0, refused: 0 }
  const claims = claimsOf(link)
  const lease =
    claims.length > 0 && plan.count > 0 ? await acquireAll(host.store(), link.name, claims) : undefined
  const stopping = stopOnSignals(host.log)
  const orLost = (signal: AbortSignal): AbortSignal =>
    lease ? AbortSignal.any([signal, lease.lost]) : signal
  try {
    const attempts = link.settings.send_event_attempts
    const chosen = upTo(plan.count, select(letters, id))
    if (plan.count > 0) {
      await send(chosen, tally, {
        sink: sink.connector,
        side: { ...own, ...(lease && { state: lease.state }) },
        letters,
        stop: orLost(stopping.stop),
        abandon: orLost(stopping.abandon),
        attempts,
        terminal,
        count: plan.count,
      })
    }
  } finally {
    stopping.end()
    await lease?.release()
    sayDone(plan, tally, { terminal, json })
  }
  return tally.sent === plan.count ? EXIT.ok : EXIT.failed
}

/** What the running connector adds meanwhile is for the next time. */
async function* upTo(count: number, letters: AsyncIterable<DeadLetter>): AsyncGenerator<DeadLetter> {
  let left = count
  for await (const letter of letters) {
    if (left-- <= 0) return
    yield letter
  }
}

interface Plan {
  readonly count: number
  /** Those that a later event says it replaces. */
  readonly replaced: readonly { readonly id: string; readonly replacedBy: string }[]
}

async function planOf(letters: AsyncIterable<DeadLetter>): Promise<Plan> {
  const replaced: { id: string; replacedBy: string }[] = []
  let count = 0
  for await (const { event, replacedBy } of letters) {
    count += 1
    if (replacedBy !== undefined) replaced.push({ id: event.id, replacedBy })
  }
  return { count, replaced }
}

interface Tally {
  sent: number
  refused: number
}

interface Sending {
  readonly sink: Sink
  readonly side: Side
  readonly letters: DeadLetters
  readonly stop: AbortSignal
  readonly abandon: AbortSignal
  readonly attempts: number
  readonly terminal: Terminal
  readonly count: number
}

async function send(chosen: AsyncIterable<DeadLetter>, tally: Tally, sending: Sending): Promise<void> {
  const { sink, side, letters, abandon, attempts, terminal, count } = sending
  const { log, clock } = side
  const ending = new AbortController()
  const stop = AbortSignal.any([sending.stop, ending.signal])
  const writer = await sink.open(contextOf(side, abandon))
  const background = runBackground(writer, abandon, () => ending.abort())
  const onRetry = (reason: Error, waitMs: number): void =>
    log.warn({ reason: describeError(reason), waitMs }, 'not delivered; will try again')
  const options = { writer, attempts, clock, random: Math.random, stop, abandon, onRetry }
  try {
    for await (const events of batchesOf(chosen)) {
      if (stop.aborted) break
      const refused = await deliver(events, options)
      const dead = new Set(refused.map(({ event }) => event))
      const sent = events.filter(event => !dead.has(event))
      await letters.remove(sent)
      await letters.put(refused, clock.now().toISOString())
      tally.sent += sent.length
      tally.refused += refused.length
      for (const { event, reason } of refused) log.warn({ id: event.id, reason }, 'refused again')
      terminal.progress(`${tally.sent + tally.refused} of ${count}`)
    }
    await background.end()
  } finally {
    await background.end().catch(() => undefined)
    await writer.close?.()
  }
}

interface Saying {
  readonly terminal: Terminal
  readonly json: boolean
}

function sayPlan({ count, replaced }: Plan, { terminal, json }: Saying): void {
  if (json) return terminal.print(JSON.stringify({ chosen: count, replaced }))
  sayReplaced(replaced, terminal)
  terminal.print(`${lettersOf(count)} would be sent.`)
}

function sayDone({ count, replaced }: Plan, { sent, refused }: Tally, { terminal, json }: Saying): void {
  const left = count - sent - refused
  if (json) return terminal.print(JSON.stringify({ chosen: count, sent, refused, left, replaced }))
  sayReplaced(replaced, terminal)
  const parts = [`Sent ${sent} of ${lettersOf(count)}.`]
  if (refused > 0) parts.push(`${refused} refused again: still dead letters.`)
  if (left > 0) parts.push(`${left} not tried or not answered: still dead letters.`)
  terminal.print(parts.join(' '))
}

/** A receiver that knows of `replaces` leaves these out of its sums; another one must. */
function sayReplaced(replaced: Plan['replaced'], terminal: Terminal): void {
  for (const { id, replacedBy } of replaced) terminal.print(`${id} was replaced since, by ${replacedBy}`)
}
