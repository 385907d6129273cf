import { once } from 'node:events'
import { describe, expect, test } from '@jest/globals'
import { ask, caughtUp, dial, head, hold, post, receive } from './receiving.ts'
import { eventOf } from './side.ts'

const MIB = 1024 * 1024

describe('max_body', () => {
  const limit = { max_body: 2000 }

  test('is what a body may have', async () => {
    const { url, batches } = await receive(limit)
    const padding = 'x'.repeat(2000 - JSON.stringify(eventOf('a', '')).length)
    expect((await post(url, eventOf('a', padding))).status).toBe(204)
    const reply = await post(url, eventOf('a', `${padding}y`))
    expect(reply).toMatchObject({
      status: 413,
      json: { error: expect.stringContaining('larger than 2000 bytes (max_body)') },
    })
    expect(batches).toHaveLength(1)
  })

  test.each([undefined, 50 * MIB])(
    'a sender that is still sending gets the answer (content-length %p)',
    async length => {
      const { port } = await receive(limit)
      const socket = await dial(port)
      const size = length === undefined ? 'transfer-encoding: chunked' : `content-length: ${length}`
      socket.write(
        `POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/cloudevents+json\r\n${size}\r\n\r\n`,
      )
      const chunk = Buffer.alloc(65_536, 'x')
      const send = () => {
        if (!socket.writable) return
        if (length === undefined) socket.write('10000\r\n')
        socket.write(chunk)
        if (length === undefined) socket.write('\r\n')
        setImmediate(send)
      }
      send()
      await socket.gone
      expect(socket.heard()).toMatch(/^HTTP\/1.1 413 .*"error":"the body is larger than 2000 bytes/s)
      expect(socket.heard()).toMatch(/connection: close/i)
    },
  )

  test('a sender that asks first is spared the sending', async () => {
    const { port } = await receive(limit)
    const socket = await dial(port)
    socket.write(head(5000, 'expect: 100-continue'))
    await once(socket, 'data')
    expect(socket.heard()).toMatch(/^HTTP\/1.1 413 /)
    const body = JSON.stringify(eventOf('a'))
    const polite = await dial(port)
    polite.write(head(body.length, 'expect: 100-continue'))
    await once(polite, 'data')
    expect(polite.heard()).toMatch(/^HTTP\/1.1 100 /)
    polite.write(body)
    await once(polite, 'data')
    expect(polite.heard()).toMatch(/HTTP\/1.1 204 /)
  })
})

describe('memory', () => {
  const busy = {
    status: 503,
    headers: { 'retry-after': '1' },
    json: { error: expect.stringContaining('too many requests') },
  }

  test('is bounded by the number of waiting requests', async () => {
    const { url, batch } = await receive({ max_requests: 2 }, hold)
    const held = [post(url, eventOf('a')), post(url, eventOf('b'))]
    await batch(1)
    expect(await post(url, eventOf('c'))).toMatchObject(busy)
    expect((await ask(`${url}/healthz`)).status).toBe(200)
    await (await batch(0)).commit?.([])
    const late = post(url, eventOf('d'))
    await (await batch(2)).commit?.([])
    expect((await late).status).toBe(204)
    await (await batch(1)).commit?.([])
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual([204, 204])
  })

  test('is bounded by the bytes of waiting requests, given back by every kind of end', async () => {
    const { url, batch, batches } = await receive({ max_pending: 3000, max_body: 2000 }, hold)
    const big = 'x'.repeat(1700)
    const ends = [
      (index: number) => batch(index).then(({ commit }) => commit?.([])),
      (index: number) => batch(index).then(({ release }) => release?.(new Error('no'))),
    ]
    for (const [index, end] of ends.entries()) {
      const held = post(url, eventOf('a', big))
      await batch(index)
      expect(await post(url, eventOf('b', big))).toMatchObject(busy)
      await end(index)
      await held
    }
    for (let n = 0; n < 5; n += 1) expect((await post(url, eventOf('', big))).status).toBe(400)
    for (let n = 0; n < 5; n += 1) {
      const gone = await dial(Number(new URL(url).port))
      gone.write(`${head(1900)}${'x'.repeat(1800)}`)
      await caughtUp(url)
      gone.destroy()
      await caughtUp(url)
    }
    expect(batches).toHaveLength(2)
    const last = post(url, eventOf('z', big))
    await (await batch(2)).commit?.([])
    expect((await last).status).toBe(204)
  })
})

describe('a slow sender', () => {
  const timeouts = { headersMs: 100, requestMs: 300 }

  test.each([
    ['head', 'POST / HTTP/1.1\r\nhost: x\r\n'],
    ['body', `${head(100)}{`],
    ['nothing', ''],
  ])('that does not finish its %s is cut off', async (_, text) => {
    const { port, batches } = await receive({}, hold, { timeouts })
    const socket = await dial(port)
    socket.write(text)
    await socket.gone
    expect(socket.heard()).toMatch(/^(HTTP\/1.1 408 .*)?$/s)
    expect(batches).toEqual([])
  })

  test('may wait for its answer as long as it takes', async () => {
    const { port, url, batch } = await receive({}, hold, { timeouts: { headersMs: 500, requestMs: 1000 } })
    const reply = post(url, eventOf('a'))
    const waiting = await batch(0)
    // Its time is over when that of one who came later is.
    const later = await dial(port)
    later.write(`${head(100)}{`)
    await later.gone
    await waiting.commit?.([])
    expect((await reply).status).toBe(204)
  })
})

describe('a sender that goes away', () => {
  test('before the end of its body leaves nothing', async () => {
    const { port, url, batches } = await receive({ max_requests: 1 })
    const socket = await dial(port)
    socket.write(`${head(100)}{`)
    await caughtUp(url)
    socket.destroy()
    await caughtUp(url)
    expect((await post(url, eventOf('a'))).status).toBe(204)
    expect(batches).toHaveLength(1)
  })

  test('after it does not keep its events from being committed', async () => {
    const { port, url, batch } = await receive({ max_requests: 1 }, hold)
    const socket = await dial(port)
    const body = JSON.stringify(eventOf('a'))
    socket.write(head(body.length) + body)
    const { commit, events } = await batch(0)
    socket.resetAndDestroy()
    await caughtUp(url)
    expect(events).toEqual([eventOf('a')])
    await commit?.([])
    const next = post(url, eventOf('b'))
    await (await batch(1)).commit?.([])
    expect((await next).status).toBe(204)
  })
})
