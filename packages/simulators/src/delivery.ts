import type { ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { DeliveryFaults, Faults } from './faults.ts'
import type { Answer } from './wire.ts'

/** How an answer can go wrong on its way. */
export const DELIVERY = ['lost', 'truncate', 'cut', 'slowBody'] as const

const HOLD_MS = 5

/** What every request waits for before the work is done. Rejects when the double closes. */
export async function pause({ current }: Faults<DeliveryFaults>, signal: AbortSignal): Promise<void> {
  const { latencyMs = 0 } = current()
  if (latencyMs > 0) await wait(latencyMs, undefined, { signal })
  while (current().hold) await wait(HOLD_MS, undefined, { signal })
}

/** Sends an answer as the fault has it; resolves when all of it has left, or the connection was broken. */
export async function deliver(
  response: ServerResponse,
  answer: Answer,
  fault: (typeof DELIVERY)[number] | undefined,
  { slowBodyMs = 1000 }: DeliveryFaults,
  signal: AbortSignal,
): Promise<void> {
  const half = answer.body.slice(0, answer.body.length / 2)
  if (fault === 'lost') response.destroy()
  else if (fault === 'truncate') send(response, { ...answer, body: half })
  else if (fault === 'cut') {
    writeHead(response, answer)
    response.write(half, () => response.destroy())
  } else if (fault === 'slowBody') await drip(response, answer, slowBodyMs, signal)
  else send(response, answer)
}

export function send(response: ServerResponse, answer: Answer): void {
  writeHead(response, answer)
  response.end(answer.body)
}

function writeHead(response: ServerResponse, { status, contentType, body, headers }: Answer): void {
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    ...headers,
  })
}

async function drip(
  response: ServerResponse,
  answer: Answer,
  ms: number,
  signal: AbortSignal,
): Promise<void> {
  const bytes = Buffer.from(answer.body)
  const quarter = Math.ceil(bytes.length / 4)
  writeHead(response, answer)
  for (let at = 0; at < bytes.length; at += quarter) {
    response.write(bytes.subarray(at, at + quarter))
    await wait(ms / 4, undefined, { signal })
  }
  response.end()
}
