import { createHmac } from 'node:crypto'
import { AwsError } from './errors.ts'
import type { Period } from './results.ts'

// Tokens need no memory: they carry the place, and a seal over the place and the request.
const SEAL = 'billow-simulators'

interface Place {
  readonly at: number
  readonly request: string
}

/** Cuts the answer into pages of (period, group) pairs; a period without groups counts as one. */
export function page(
  periods: readonly Period[],
  size: number,
  body: Readonly<Record<string, unknown>>,
): { results: Period[]; token?: string } {
  const { NextPageToken: token, ...rest } = body
  const request = seal(JSON.stringify(rest))
  const from = token === undefined || token === null ? 0 : open(token, request)
  const until = from + Math.max(1, size)
  const results: Period[] = []
  let at = 0
  for (const period of periods) {
    const units = Math.max(1, period.Groups.length)
    const first = Math.max(from - at, 0)
    const last = Math.min(until - at, units)
    if (first < last) results.push({ ...period, Groups: period.Groups.slice(first, last) })
    at += units
  }
  return until < at ? { results, token: write({ at: until, request }) } : { results }
}

function write({ at, request }: Place): string {
  return Buffer.from(JSON.stringify([at, request, seal(`${at} ${request}`)])).toString('base64url')
}

function open(token: unknown, request: string): number {
  const place = read(token)
  // Only what this would write itself is a token: base64 has several spellings.
  if (!place || write(place) !== token) {
    throw new AwsError('InvalidNextTokenException', 'Invalid NextPageToken')
  }
  if (place.request !== request) {
    throw new AwsError('RequestChangedException', 'Only NextPageToken may differ between pages of a request')
  }
  return place.at
}

function read(token: unknown): Place | undefined {
  try {
    const [at, request] = JSON.parse(Buffer.from(String(token), 'base64url').toString()) as [number, string]
    return { at, request }
  } catch {
    return undefined
  }
}

const seal = (text: string) => createHmac('sha256', SEAL).update(text).digest('base64url')
