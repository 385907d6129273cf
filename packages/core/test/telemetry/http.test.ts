import { expect, test } from '@jest/globals'
import { httpTarget } from '../../src/http/index.ts'
import { createRegistry } from '../../src/telemetry/registry.ts'
import { serve } from '../http/fixtures.ts'
import { ask, head, dial, hold, post, receive } from '../http/receiving.ts'
import { closedPort } from '../http/servers.ts'
import { contextOf, eventOf, never, targetOf } from '../http/side.ts'
import { faultsOf } from './lint.ts'
import { seriesOf } from './reading.ts'

test('requests to the target are counted by status and timed by its class', async () => {
  const registry = createRegistry()
  const meter = registry.meter({ connector: 'a' })
  const statuses = [204, 503, 299]
  const { url } = await serve((_, response) => response.writeHead(statuses.shift() ?? 204).end())
  const send = async (target: string): Promise<void> => {
    const writer = await httpTarget.open({ ...contextOf(targetOf(target)), meter })
    await writer.write([eventOf(1)], never)
    await writer.close?.()
  }
  for (let n = 0; n < 3; n += 1) await send(url)
  await send(await closedPort())
  const text = await registry.text()
  const series = seriesOf(text)
  const of = (status: string) => series.get(`billow_target_requests_total{connector="a",status="${status}"}`)
  // 299 has no name: whatever a server invents, there are few series.
  expect([of('204'), of('503'), of('2xx'), of('none')]).toEqual([1, 1, 1, 1])
  const timed = (name: string) =>
    series.get(`billow_target_request_duration_seconds_count{class="${name}",connector="a"}`)
  expect([timed('2xx'), timed('5xx'), timed('none')]).toEqual([2, 1, 1])
  expect(faultsOf(text)).toEqual([])
})

test('what the receiver answers is counted, and what waits is shown', async () => {
  const registry = createRegistry()
  const meter = registry.meter({ connector: 'a' })
  const { url, port, batch } = await receive({}, hold, { meter })
  const first = post(url, eventOf(1))
  const waiting = await batch(0)
  const body = JSON.stringify(eventOf(1))
  expect(seriesOf(await registry.text()).get('billow_receiver_pending_bytes{connector="a"}')).toBe(
    Buffer.byteLength(body),
  )
  await waiting.commit?.([])
  await first
  await post(url, 'no event')
  await ask(`${url}/healthz`)
  const gone = await dial(port)
  gone.write(head(100))
  gone.destroy()
  const of = async (status: string) =>
    seriesOf(await registry.text()).get(`billow_receiver_requests_total{connector="a",status="${status}"}`)
  while ((await of('none')) === undefined) await new Promise(resolve => setTimeout(resolve, 2))
  expect([await of('204'), await of('400'), await of('200'), await of('none')]).toEqual([1, 1, undefined, 1])
  expect(seriesOf(await registry.text()).get('billow_receiver_pending_bytes{connector="a"}')).toBe(0)
})
