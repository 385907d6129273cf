import { join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { newPlace } from './support/app.ts'
import { newPipelinePlace, type PipelinePlace, portOf, post } from './support/pipeline.ts'

/** A sink that one process at a time may feed, and that says by what process it was. */
const ONE_WRITER = `export default {
  name: 'sink-one-writer',
  config: { type: 'object', properties: { stream: { type: 'string' } }, required: ['stream'] },
  claims: ({ stream }) => ['stream ' + stream],
  open: async ({ state }) => ({
    write: async events => {
      for (const { id } of events) await state.set('event/' + id, String(process.pid))
    },
  }),
}
`

let places: PipelinePlace[] = []
afterEach(async () => {
  for (const place of places) await place.end()
})

test('of two processes that claim one stream under different names, the second stands by and takes over', async () => {
  const store = join(newPlace().folder, 'billow.db')
  places = [newPipelinePlace(), newPipelinePlace()]
  const [first, second] = places as [PipelinePlace, PipelinePlace]
  const filed = (place: PipelinePlace, name: string): string => {
    const module = place.file('sink.mjs', ONE_WRITER)
    return place.file(
      'pipeline.yml',
      `store_config: { store_file: ${store} }
connectors:
  - { name: ${name}, sink: ${module}, config: { stream: '42' }, receiver: { port: 0, host: 127.0.0.1 } }
`,
    )
  }
  const files = [filed(first, 'east'), filed(second, 'west')] as const
  const holder = first.billow('run', files[0])
  await first.is({ east: 'running' })
  expect(await post(await portOf(holder, 'east'), '1')).toBe(204)

  const waiting = second.billow('run', files[1])
  const told = await second.is({ west: 'standby' })
  expect(told.ready).toBe(true)
  expect(told.connectors[0]?.reason).toContain(
    `sink-one-writer stream 42 is at work elsewhere (process ${holder.child.pid} on `,
  )
  expect(waiting.output().stderr).not.toContain('"port"')

  holder.child.kill('SIGKILL')
  await holder.ended
  await second.is({ west: 'running' })
  expect(await post(await portOf(waiting, 'west'), '2')).toBe(204)
  waiting.child.kill('SIGTERM')
  expect(await waiting.ended).toBe(0)
})
