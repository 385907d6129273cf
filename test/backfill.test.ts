import { describe, expect, test } from '@jest/globals'
import { newPlace } from './support/app.ts'
import {
  billedBy,
  CLOCK,
  documentConfig,
  paidRequests,
  SOURCES,
  cloudsAndTarget,
  sumOf,
} from './support/clouds.ts'

const here = cloudsAndTarget()

describe.each(['source-aws-billing', 'source-alicloud-billing'] as const)('a backfill of %s', name => {
  const { cloud, keys, action } = SOURCES[name]
  const [from, to] = ['2023-04-11', '2024-05-14']

  function configured() {
    const place = newPlace()
    place.config(documentConfig(keys, here.target.url, here.clouds[cloud].url))
    return place
  }

  test('of 400 days brings every row once, to the last digit', async () => {
    const place = configured()
    const { code, stdout } = await place.run(name, ['pull', '--from', from, '--to', to, '--yes', ...CLOCK])
    expect(stdout).toContain('400 days to pull')
    expect(stdout).toContain('rows of 400 days')
    expect(code).toBe(0)
    expect(new Set(here.target.events.map(({ id }) => id)).size).toBe(here.target.events.length)
    expect(sumOf(here.target.events)).toEqual(billedBy(here.clouds[cloud], from, to))
    const again = await place.run(name, ['pull', '--from', from, '--to', to, '--yes', ...CLOCK])
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('400 days already done') })
  })

  test('says beforehand what it takes, and spends nothing on a dry run or without an answer', async () => {
    const place = configured()
    const pull = ['pull', '--from', '2024-01-01', '--to', '2024-02-29', ...CLOCK]
    const dry = await place.run(name, [...pull, '--dry-run'])
    expect(dry.code).toBe(0)
    expect(dry.stdout).toContain(
      name === 'source-aws-billing'
        ? '60 days to pull: 1 request, at least 0.01 USD'
        : '60 days to pull: 60 requests.',
    )
    const json = JSON.parse((await place.run(name, [...pull, '--dry-run', '--json'])).stdout)
    expect(json).toMatchObject({ done: [], spooled: [], requests: name === 'source-aws-billing' ? 1 : 60 })
    expect(json.fetch).toHaveLength(60)
    expect(here.target.events).toEqual([])
    expect(paidRequests(here.clouds[cloud], action)).toBe(
      name === 'source-aws-billing' ? 0 : paidRequests(here.clouds[cloud], action),
    )
    if (name === 'source-aws-billing') {
      expect(await place.run(name, pull)).toMatchObject({
        code: 64,
        stderr: expect.stringContaining('give --yes'),
      })
      expect(paidRequests(here.clouds[cloud], action)).toBe(0)
    }
  })

  test.each([
    [['--from', '2024-02-30'], '--from: found "2024-02-30"; give a day of the calendar'],
    [['--to', '2024-02-01'], '--from is missing'],
    [['--from', '2024-02-02', '--to', '2024-02-01'], '--to 2024-02-01 is before --from 2024-02-02'],
    [['--from', '2024-05-16'], '2024-05-16 is not over in'],
    [['--fron', '2024-05-01'], 'no option --fron; did you mean --from?'],
  ])('%j is a wrong command line', async (args, said) => {
    const { code, stderr } = await configured().run(name, ['pull', ...args, ...CLOCK])
    expect(stderr).toContain(said)
    expect(stderr).not.toMatch(/^ {4}at /m)
    expect(code).toBe(64)
  })
})
