import { randomBytes } from 'node:crypto'
import type { AccessKey } from '../signatures/keys.ts'
import { AwsError } from './errors.ts'

/** Temporary credentials that AssumeRole issued, until they expire. */
export interface Sessions {
  readonly find: (accessKeyId: string) => Session | undefined
  readonly add: (session: Session) => void
  /** Ends all of them now. */
  readonly expire: () => void
}

export interface Session extends AccessKey {
  readonly arn: string
  readonly userId: string
  readonly expires: Date
}

export function createSessions(): Sessions {
  const sessions = new Map<string, Session>()
  return {
    find: id => sessions.get(id),
    add: session => void sessions.set(session.accessKeyId, session),
    expire() {
      for (const [id, session] of sessions) sessions.set(id, { ...session, expires: new Date(0) })
    },
  }
}

export interface StsRules {
  readonly account: string
  readonly arn: string
  readonly userId: string
  /** The real time: clients compare expiry with theirs. */
  readonly now: Date
  readonly externalId?: string | undefined
  readonly sessions: Sessions
}

/** Answers AssumeRole and GetCallerIdentity with the result's XML. Throws `AwsError`. */
export function sts(action: string, parameters: URLSearchParams, rules: StsRules): string {
  if (action === 'GetCallerIdentity') {
    const { account, arn, userId } = rules
    return `<Arn>${escapeXml(arn)}</Arn><UserId>${escapeXml(userId)}</UserId><Account>${account}</Account>`
  }
  if (action === 'AssumeRole') return assumeRole(parameters, rules)
  throw new AwsError('InvalidAction', `Could not find operation ${action} for version 2011-06-15`)
}

function assumeRole(parameters: URLSearchParams, { now, externalId, sessions, arn }: StsRules): string {
  const role = parameters.get('RoleArn') ?? ''
  const name = parameters.get('RoleSessionName') ?? ''
  const seconds = Number(parameters.get('DurationSeconds') ?? 3600)
  const [, partition, account, path] = /^arn:(aws|aws-cn):iam::(\d{12}):role\/(.+)$/.exec(role) ?? []
  if (!path) throw new AwsError('ValidationError', `${role || 'RoleArn'} is invalid`)
  if (!/^[\w+=,.@-]{2,64}$/.test(name)) {
    throw new AwsError('ValidationError', `Value '${name}' at 'roleSessionName' failed to satisfy constraint`)
  }
  if (!(seconds >= 900 && seconds <= 43_200)) {
    throw new AwsError(
      'ValidationError',
      `Value '${seconds}' at 'durationSeconds' failed to satisfy constraint`,
    )
  }
  if (externalId !== undefined && parameters.get('ExternalId') !== externalId) {
    throw new AwsError(
      'AccessDenied',
      `User: ${arn} is not authorized to perform: sts:AssumeRole on resource: ${role}`,
      403,
    )
  }
  const roleId = `AROA${token(10)}`
  const session: Session = {
    accessKeyId: `ASIA${token(10)}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    sessionToken: randomBytes(120).toString('base64'),
    arn: `arn:${partition}:sts::${account}:assumed-role/${path.split('/').at(-1)}/${name}`,
    userId: `${roleId}:${name}`,
    expires: new Date(now.getTime() + seconds * 1000),
  }
  sessions.add(session)
  return [
    '<Credentials>',
    `<AccessKeyId>${session.accessKeyId}</AccessKeyId>`,
    `<SecretAccessKey>${session.secretAccessKey}</SecretAccessKey>`,
    `<SessionToken>${session.sessionToken}</SessionToken>`,
    `<Expiration>${session.expires.toISOString().replace(/\.\d+/, '')}</Expiration>`,
    '</Credentials>',
    `<AssumedRoleUser><AssumedRoleId>${escapeXml(session.userId)}</AssumedRoleId><Arn>${escapeXml(session.arn)}</Arn></AssumedRoleUser>`,
  ].join('')
}

const token = (bytes: number) => randomBytes(bytes).toString('hex').slice(0, 16).toUpperCase()

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
