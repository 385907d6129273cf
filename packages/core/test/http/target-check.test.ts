import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import { loadConfig } from '../../src/config/index.ts'
import { httpTarget, targetConfig } from '../../src/http/index.ts'
import { systemClock } from '../../src/clock.ts'
import { testSide } from '../support/side.ts'

async function checked(status: number): Promise<string> {
  const server = createServer((_, response) => response.writeHead(status).end())
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const text = `target: http://127.0.0.1:${port}\n`
  const { config } = loadConfig({ schema: targetConfig, file: undefined, text, env: {}, variables: {} })
  const context = { ...testSide(systemClock, config), config, signal: new AbortController().signal }
  try {
    const lines = await httpTarget.check?.(context as never)
    return lines?.[0] ?? ''
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

describe('the check of a target', () => {
  test.each([200, 204, 400, 404, 405, 413, 501])('%i to HEAD proves that it is there', async status => {
    expect(await checked(status)).toContain(`answers (${status} to HEAD; no event was sent)`)
  })

  test.each([
    [302, 'Retryable: '],
    [401, 'AuthError: '],
    [403, 'AuthError: '],
    [410, 'Gone: '],
    [500, 'Retryable: '],
    [503, 'Retryable: '],
  ])('%i to HEAD is what run would meet: %s', async (status, said) => {
    expect(await checked(status)).toContain(said)
  })
})
