import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { newPlace } from './support/app.ts'
import {
  billedBy,
  CLOCK,
  documentConfig,
  paidRequests,
  SOURCES,
  startClouds,
  sumOf,
} from './support/clouds.ts'
import { startTarget } from './support/receiver.ts'

test('of two processes over one state file, in data directories of their own, the second stands by and takes over', async () => {
  const clouds = await startClouds()
  const target = await startTarget()
  const { keys } = SOURCES['source-aws-billing']
  const store = newPlace().folder
  const places = [newPlace(), newPlace()] as const
  for (const place of places) {
    place.config(
      `${documentConfig(keys, target.url, clouds.aws.url)}store_config:\n  store_file: ${join(store, 'billow.db')}\n`,
    )
  }
  const [first, second] = places
  // The first hangs in the middle of its day.
  target.answer = () => target.events.length < 4
  const holder = first.start('source-aws-billing', CLOCK)
  await target.has(4)
  const waiting = second.start('source-aws-billing', CLOCK)
  await waiting.saw('standing by')
  const health = await second.run('source-aws-billing', ['health'])
  expect(health).toMatchObject({ code: 0, stdout: expect.stringContaining('is standby since') })
  expect(health.stdout).toContain(`process ${holder.child.pid} on `)

  const other = newPlace()
  other.config(
    `${documentConfig(keys, target.url, clouds.aws.url)}store_config:\n  store_file: ${join(store, 'billow.db')}\n`,
  )
  const pull = await other.run('source-aws-billing', ['pull', '--from', '2024-05-01', '--yes', ...CLOCK])
  expect(pull).toMatchObject({ code: 75, stderr: expect.stringContaining(`process ${holder.child.pid} on `) })

  const paid = paidRequests(clouds.aws, SOURCES['source-aws-billing'].action)
  holder.child.kill('SIGKILL')
  await holder.ended
  target.answer = undefined
  await waiting.saw('taking over')
  await waiting.saw('waiting for the next pull')
  waiting.child.kill('SIGTERM')
  expect(await waiting.ended).toBe(0)
  expect(paidRequests(clouds.aws, SOURCES['source-aws-billing'].action)).toBe(paid)
  expect(sumOf(target.events)).toEqual(billedBy(clouds.aws, '2024-05-14', '2024-05-14'))
  await clouds.close()
  await target.close()
})
