import type { ServerResponse } from 'node:http'
import type { ProviderOptions, ProviderPlan } from './provider.ts'

const FAULTS = ['throttle', 'server error', 'cut answer', 'slow answer', 'no answer'] as const
export type ProviderFault = (typeof FAULTS)[number]
/** Of so many requests one meets a fault. */
const FAULT_EVERY = 12

/** Which fault this request meets, if any; counts it. */
export function drawFault({ random, faults, faulty }: ProviderOptions): ProviderFault | undefined {
  if (!faulty() || random() > 1 / FAULT_EVERY) return undefined
  const fault = FAULTS[Math.floor(random() * FAULTS.length)] as ProviderFault
  faults.add(`provider: ${fault}`)
  return fault
}

/** Sends an answer as the plan and the fault have it. */
export function answer(
  response: ServerResponse,
  { status, body }: { status: number; body: string },
  { plan, fault }: { plan: ProviderPlan | undefined; fault: ProviderFault | undefined },
): void {
  if (plan?.at === 'asking') return plan.reached()
  const length = Buffer.byteLength(body)
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'content-length': length })
  const half = body.slice(0, body.length >> 1)
  if (plan?.at === 'reading') response.write(half, () => plan.reached())
  else if (fault === 'cut answer') response.write(half, () => response.destroy())
  else if (fault === 'no answer') response.destroy()
  else if (fault === 'slow answer') {
    response.write(half)
    setTimeout(() => response.end(body.slice(half.length)), 200)
  } else response.end(body)
}
