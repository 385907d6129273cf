import { request } from 'node:http'
import { describe, expect, test } from '@jest/globals'
import { type App, endInTime, newPlace } from './support/app.ts'
import { CLOCK, documentConfig, SOURCE_NAMES, SOURCES, cloudsAndTarget } from './support/clouds.ts'

const here = cloudsAndTarget()

async function expectStop(app: App, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  app.child.kill(signal)
  const code = await endInTime(app)
  expect({ code, ...app.output() }).toMatchObject({ code: 0 })
}

describe.each(SOURCE_NAMES)('%s ends with 0 in time', name => {
  const { cloud, keys } = SOURCES[name]
  const start = (targetUrl = here.target.url, endpoint = here.clouds[cloud].url) => {
    const place = newPlace()
    place.config(documentConfig(keys, targetUrl, endpoint))
    return place.start(name, CLOCK)
  }

  test.each(['SIGTERM', 'SIGINT'] as const)('while it waits for the next day (%s)', async signal => {
    const app = start()
    await app.saw('waiting for the next pull')
    await expectStop(app, signal)
  })

  test('while it starts', async () => {
    for (let delay = 40; delay < 400; delay += 60) {
      const app = start()
      await new Promise(resolve => setTimeout(resolve, delay))
      app.child.kill('SIGTERM')
      const code = await app.ended
      // Before Node itself has begun, the system ends it.
      const { stdout, stderr } = app.output()
      expect(stdout + stderr === '' && code === null ? 0 : code).toBe(0)
    }
  })

  test('while the target hangs', async () => {
    const hanging = new Promise<void>(resolve => {
      here.target.answer = () => {
        resolve()
        return false
      }
    })
    const app = start()
    await hanging
    await expectStop(app)
    expect(here.target.events).toEqual([])
  })

  test('while the target is down', async () => {
    const app = start('http://127.0.0.1:1')
    await app.saw('not delivered; will try again')
    await expectStop(app)
  })

  test('while the API hangs', async () => {
    here.clouds[cloud].faults.set({ hang: true })
    const app = start()
    await app.saw('starting')
    await new Promise<void>(resolve => {
      const look = (): unknown =>
        here.clouds[cloud].requests.entries().length > 0 ? resolve() : setTimeout(look, 20)
      look()
    })
    await expectStop(app)
  })

  test('while the API throttles', async () => {
    here.clouds[cloud].faults.set({ throttle: true })
    const app = start()
    await new Promise<void>(resolve => {
      const look = (): unknown =>
        here.clouds[cloud].requests.entries().length > 0 ? resolve() : setTimeout(look, 20)
      look()
    })
    await expectStop(app)
  })

  test('while the target asks it to wait for a long time', async () => {
    here.target.answer = (_event, _request, response) => {
      response.writeHead(503, { 'retry-after': '600' }).end()
      return false
    }
    const app = start()
    await app.saw('not delivered; will try again')
    await expectStop(app)
  })
})

describe('sink-display ends with 0 in time', () => {
  function start() {
    const place = newPlace()
    place.config('port: 0\n')
    return place.start('sink-display')
  }
  async function portOf(app: App): Promise<number> {
    await app.saw('"msg":"listening"')
    return Number(/"port":(\d+)/.exec(app.output().stderr)?.[1])
  }

  test('while it waits', async () => {
    const app = start()
    await portOf(app)
    await expectStop(app)
  })

  test('while a sender does not end its request', async () => {
    const app = start()
    const port = await portOf(app)
    const call = request({
      port,
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents+json', 'content-length': 1000 },
    })
    call.on('error', () => undefined)
    await new Promise(resolve => call.write('{"specversion":', resolve))
    await expectStop(app)
    call.destroy()
  })
})
