import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { Type } from 'typebox'
import { request } from 'undici'
import { loadConfig, joinSchemas } from '../../src/config/index.ts'
import { connect } from '../../src/connect/connect.ts'
import { Refused, Retryable } from '../../src/errors.ts'
import { freePort } from '../support/port.ts'
import { webhookSource } from '../../src/sources/webhook-source.ts'
import { createStatus } from '../../src/status.ts'
import { systemClock } from '../../src/clock.ts'
import { testSide } from '../support/side.ts'
import { memorySink } from '../support/sink.ts'

const invoices = webhookSource({
  name: 'source-invoices',
  config: Type.Object({ team: Type.String({ description: 'The team' }) }),
  events({ url, body }, { config }) {
    const { number } = JSON.parse(body.toString()) as { number?: string }
    if (number === 'busy') throw new Retryable('the book is closed', { retryAfterMs: 7000 })
    if (!number) throw new Refused('found no number; an invoice has one', { status: 422 })
    return [
      {
        specversion: '1.0',
        id: number,
        source: url,
        type: 'invoice',
        subject: config.team,
        data: { number },
      },
    ]
  },
})

describe('a webhook source', () => {
  let url = ''
  const stop = new AbortController()
  const sink = memorySink(events =>
    events[0]?.id === 'later' ? { unsent: events, because: new Retryable('down') } : undefined,
  )
  let done: Promise<void> = Promise.resolve()

  beforeEach(async () => {
    const port = await freePort()
    url = `http://127.0.0.1:${port}/hooks`
    const { config } = loadConfig({
      schema: joinSchemas(invoices.config),
      file: undefined,
      text: `team: billing\nport: ${port}\nhost: 127.0.0.1\nsender_auth: { token: "open-sesame" }\n`,
      env: {},
      variables: {},
    })
    const listening = Promise.withResolvers<void>()
    const side = testSide(systemClock, config)
    const log = {
      ...side.log,
      info: () => listening.resolve(),
      warn() {},
      error() {},
    } as unknown as typeof side.log
    done = connect(invoices, { ...side, log }, sink, side, {
      attempts: 1,
      status: createStatus('test', () => new Date()),
      stop: stop.signal,
      abandon: stop.signal,
      restart: false,
    })
    await listening.promise
  })
  afterEach(async () => {
    stop.abort()
    await done
  })

  const post = async (body: object, token = 'open-sesame'): Promise<[number, string]> => {
    const answer = await request(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    })
    return [answer.statusCode, await answer.body.text()]
  }

  test('makes events of requests, and answers when they are safe', async () => {
    expect(await post({ number: '7' })).toEqual([204, ''])
    expect(sink.safe).toEqual([
      {
        specversion: '1.0',
        id: '7',
        source: '/hooks',
        type: 'invoice',
        subject: 'billing',
        data: { number: '7' },
      },
    ])
    expect(await post({})).toEqual([422, expect.stringContaining('found no number; an invoice has one')])
    expect((await post({ number: 'later' }))[0]).toBe(503)
    expect((await post({ number: 'busy' }))[0]).toBe(503)
    expect((await post({ number: '8' }, 'wrong'))[0]).toBe(401)
    expect(sink.safe).toHaveLength(1)
  })
})
