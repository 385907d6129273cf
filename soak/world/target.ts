import type { ServerResponse } from 'node:http'
import { REFUSED } from './bill.ts'
import type { Books, Tally } from './books.ts'
import { listen } from './server.ts'

/** What is done to the requests of a life, from the nth on. */
export interface TargetPlan {
  /** `hold`: they get no answer; `later`: they are asked to come again in a second. */
  readonly how: 'hold' | 'later'
  readonly nth: number
  /** Told at the nth. */
  readonly reached: () => void
}

/** Counts what it acknowledges, in the oracle's books. */
export interface CountingTarget {
  readonly url: string
  plan(plan: TargetPlan | undefined): void
  /** Takes what it refused before. */
  takeAll(): void
  close(): void
}

export interface TargetOptions {
  readonly books: Books
  readonly faults: Tally
  readonly random: () => number
  readonly faulty: () => boolean
}

const FAULTS = [
  '503',
  '429',
  '408',
  '500',
  '503 Retry-After',
  'reset',
  'half an answer',
  'slow answer',
] as const
/** Of so many requests one meets a fault. */
const FAULT_EVERY = 250

export async function startCountingTarget(options: TargetOptions): Promise<CountingTarget> {
  const { books, faults, random, faulty } = options
  let plan: TargetPlan | undefined
  let requests = 0
  let refuses = true
  const server = await listen((body, _request, response) => {
    const event = JSON.parse(body) as { id: string; data: Readonly<Record<string, unknown>> }
    const { id, data } = event
    books.receive({ id, name: nameOf(data), text: body })
    requests += 1
    if (plan && requests >= plan.nth) {
      if (plan.how === 'later') response.writeHead(503, { 'retry-after': '1' }).end()
      if (requests === plan.nth) plan.reached()
      return
    }
    const refused = refuses && nameOf(data).includes(REFUSED)
    if (faulty() && random() < 1 / FAULT_EVERY) return fail(response, refused ? undefined : id)
    if (refused) books.refuse(id)
    else books.acknowledge(id)
    response.writeHead(refused ? 422 : 204).end()
  })

  /** Fails a request; some faults come after the event was taken. */
  function fail(response: ServerResponse, id: string | undefined): void {
    const fault = FAULTS[Math.floor(random() * FAULTS.length)] as (typeof FAULTS)[number]
    faults.add(`target: ${fault}`)
    const status = Number.parseInt(fault, 10)
    if (status) {
      response.writeHead(status, fault.endsWith('Retry-After') ? { 'retry-after': '1' } : {}).end()
    } else if (fault === 'reset') response.socket?.resetAndDestroy()
    else if (fault === 'half an answer') response.socket?.end('HTTP/1.1 20')
    else {
      if (id !== undefined) books.acknowledge(id)
      setTimeout(() => response.writeHead(id === undefined ? 503 : 204).end(), 300)
    }
  }

  return {
    ...server,
    plan(next) {
      plan = next
      requests = 0
    },
    takeAll() {
      refuses = false
    },
  }
}

/** The oracle's name of a row, from the event that it became. */
function nameOf({ date, service, unblendedCost, name }: Readonly<Record<string, unknown>>): string {
  if (typeof name === 'string') return name
  return [date, service, (unblendedCost as { amount?: string } | undefined)?.amount].join(' ')
}
