import { createHash } from 'node:crypto'
import type { Charge } from '@billow/focus'

/**
 * `resource/id`. CloudZero splits it at the first `:` or `/` into a type and a name, so that an id with one of these gets
 * its type before it: an ARN stays whole behind that. Tags belong to a resource; where a charge with tags names none, the
 * id is made of its service, account, region and tags, so that equal rows share it and others do not.
 */
export function resourceId(
  id: string | undefined,
  charge: Charge,
  tags: Readonly<Record<string, string>>,
): string | undefined {
  if (id !== undefined) return /[:/]/.test(id) ? `${plain(charge.ResourceType ?? 'resource')}/${id}` : id
  if (Object.keys(tags).length === 0) return undefined
  const { ProviderName, ServiceName, SubAccountId, BillingAccountId, RegionId } = charge
  const of = [
    ProviderName,
    ServiceName,
    SubAccountId ?? BillingAccountId,
    RegionId,
    Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1)),
  ]
  const digest = createHash('sha256').update(JSON.stringify(of)).digest('hex')
  return `${plain(ServiceName)}/${digest.slice(0, 16)}`
}

const plain = (type: string): string => type.replaceAll(/[:/]+/g, '-')
