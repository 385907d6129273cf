import { dirname, join } from 'node:path'
import { expect, test } from '@jest/globals'
import { Type } from 'typebox'
import type { CloudEvent, Sink } from '../../src/connector.ts'
import { openDeadLetters } from '../../src/dead-letters/store.ts'
import { openSqliteStore } from '../../src/state/sqlite.ts'
import { eventOf } from '../dead-letters/running.ts'
import { programIn } from './program.ts'

const taken: CloudEvent[] = []
const sink: Sink = {
  name: 'sink-claims',
  config: Type.Object({}),
  claims: () => ['stream 1'],
  open: async ({ state }) => ({
    async write(events) {
      await state.set('taken', String(events.length))
      taken.push(...events)
    },
  }),
  commands: {
    send: {
      summary: 'Send',
      async run({ deliver }) {
        await deliver(async function* () {
          yield { events: [eventOf('sent')] }
        })
        return 0
      },
    },
  },
}

test('commands that write to a sink with a claim work only where nobody else does', async () => {
  const { command, configure, file } = programIn(sink)
  configure('port: 1\n')
  const store = openSqliteStore(join(dirname(file), 'billow.db'))
  const letter = { event: eventOf('late'), reason: 'test' }
  await openDeadLetters(store.open('sink-claims')).put([letter], '2024-05-06T00:00:00Z')

  const held = await store.acquire('sink-claims stream 1')
  for (const line of [['replay', '--all'], ['send']]) {
    expect(await command(...line)).toMatchObject({
      code: 75,
      stderr: expect.stringMatching(/sink-claims stream 1 is at work elsewhere \(process \d+ on /),
    })
  }
  expect(taken).toEqual([])
  expect((await command('replay', '--dry-run')).stdout).toBe('1 dead letter would be sent.\n')
  await held.release()

  expect((await command('send')).code).toBe(0)
  expect(await command('replay', '--all')).toMatchObject({ code: 0, stdout: 'Sent 1 of 1 dead letter.\n' })
  expect(taken.map(({ id }) => id)).toEqual(['sent', 'late'])
  // Both leases were given back.
  for (const name of ['sink-claims', 'sink-claims stream 1']) await (await store.acquire(name)).release()
  await store.close()
})
