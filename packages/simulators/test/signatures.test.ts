import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { authenticate, createNonces, readCall } from '../src/alicloud/authenticate.ts'
import { AWS_TEST_KEY } from '../src/signatures/keys.ts'
import { verifySigV4 } from '../src/signatures/sigv4.ts'
import { type WireRequest, wireRequest } from '../src/wire.ts'
import { shared } from '../../../test/support/shared.ts'

interface Captured {
  readonly mode: string
  readonly method: string
  readonly url: string
  readonly rawHeaders: readonly string[]
  readonly body: string
}

const file = shared('golden/captured_requests.json')
const captured: Captured[] = file.there ? JSON.parse(readFileSync(file.path, 'utf8')) : []
const requests = captured.map(({ method, url, rawHeaders, body }) =>
  wireRequest(method, url, rawHeaders, Buffer.from(body)),
)
const aws = requests.filter(r => r.headers['authorization']?.startsWith('AWS4'))
const alicloud = requests.filter(r => r.headers['x-acs-version'])
const golden = file.there ? describe : describe.skip

/** The time at which the requests were made. */
const then = new Date('2026-11-22T01:53:26Z')
const key = { accessKeyId: 'LTAItestid', secretAccessKey: 'testsecret' }

const sigv4 = (request: WireRequest, now = then) =>
  verifySigV4(request, {
    find: id => (id === AWS_TEST_KEY.accessKeyId ? AWS_TEST_KEY : undefined),
    now,
    service: 'ce',
    region: 'us-east-1',
  })

const acs = (request: WireRequest, now = then, secret = key.secretAccessKey) =>
  authenticate(request, readCall(request), {
    find: id => (id === key.accessKeyId ? { ...key, secretAccessKey: secret } : undefined),
    now,
    nonces: createNonces(),
  })

golden(`requests that the vendors' SDKs put on the wire${file.why}`, () => {
  test('Signature Version 4 verifies, first attempts and retries', () => {
    expect(aws.length).toBeGreaterThanOrEqual(6)
    for (const request of aws) expect(sigv4(request)).toEqual({ key: AWS_TEST_KEY })
  })

  test('ACS3-HMAC-SHA256 and the older HMAC-SHA1 verify', () => {
    expect(alicloud.map(r => (r.headers['authorization'] ? 'ACS3' : 'v1'))).toEqual([
      'ACS3',
      'ACS3',
      'ACS3',
      'v1',
    ])
    for (const request of alicloud) expect(acs(request)).toEqual({ key })
  })

  test('a request is good for 15 minutes, either way', () => {
    const late = new Date('2026-11-22T02:08:24Z')
    const tooLate = new Date('2026-11-22T02:08:29Z')
    const tooEarly = new Date('2026-11-22T01:38:23Z')
    expect(sigv4(aws[0] as WireRequest, late)).toHaveProperty('key')
    expect(sigv4(aws[0] as WireRequest, tooLate)).toHaveProperty('fault.kind', 'expired')
    expect(sigv4(aws[0] as WireRequest, tooEarly)).toHaveProperty('fault.kind', 'not-yet')
    for (const request of alicloud) {
      expect(acs(request, late)).toHaveProperty('key')
      expect(acs(request, tooLate)).toHaveProperty('error.code', 'InvalidTimeStamp.Expired')
      expect(acs(request, tooEarly)).toHaveProperty('error.code', 'InvalidTimeStamp.Expired')
    }
  })

  test('another secret does not verify, and the answer tells what the server signed', () => {
    for (const request of alicloud) {
      const verdict = acs(request, then, 'othersecret')
      expect(verdict).toHaveProperty('error.code', 'SignatureDoesNotMatch')
      expect(verdict).toHaveProperty('error.message', expect.stringContaining('server string to sign is:'))
    }
  })

  test('a changed body, query or signed header does not verify', () => {
    const changed = ({ body, query, headers, ...rest }: WireRequest, at: number): WireRequest[] => [
      { ...rest, query, headers, body: `${body.slice(0, at)}x${body.slice(at)}` },
      { ...rest, query: [...query, ['PageNum', '2']], headers, body },
      ...['host', 'x-amz-target', 'x-acs-action', 'x-acs-version']
        .filter(name => name in headers)
        .map(name => ({ ...rest, query, body, headers: { ...headers, [name]: `${headers[name]}x` } })),
    ]
    fc.assert(
      fc.property(fc.nat(100), at => {
        for (const request of aws.flatMap(r => changed(r, at)))
          expect(sigv4(request)).toHaveProperty('fault.kind', 'mismatch')
        const acs3 = alicloud.filter(r => r.headers['authorization'])
        for (const request of acs3.flatMap(r => changed(r, at))) {
          expect(acs(request)).toHaveProperty('error.code', 'SignatureDoesNotMatch')
        }
      }),
      { numRuns: 20 },
    )
  })
})
