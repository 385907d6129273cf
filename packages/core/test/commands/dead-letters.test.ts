import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { Type } from 'typebox'
import type { CloudEvent, Source } from '../../src/connector.ts'
import { type Server, startServer } from '../dead-letters/servers.ts'
import { eventOf, idsOf } from '../dead-letters/running.ts'
import { programIn } from './program.ts'

let target: Server
let events: CloudEvent[]
beforeEach(async () => {
  target = await startServer(({ id }) => (id.startsWith('bad') ? 422 : 204))
  events = [eventOf('a'), eventOf('bad1', { data: { n: 1 } }), eventOf('b'), eventOf('bad2')]
})
afterEach(() => target.close())

/** Sends the events of the test once. */
const source: Source = {
  name: 'source-test',
  config: Type.Object({}),
  order: 'ordered',
  async *read() {
    yield { events }
  },
  commands: {
    send: {
      summary: 'Send',
      async run({ deliver }) {
        await deliver(source.read)
        return 0
      },
    },
  },
}

async function withLetters(more = '') {
  const program = programIn(source)
  program.configure(`target: ${target.url}\nsend_event_attempts: 1\n${more}`)
  expect((await program.command('send')).code).toBe(0)
  return program
}

describe('dead-letters', () => {
  test('lists what was refused, with the reason', async () => {
    const { command } = await withLetters()
    const { code, stdout } = await command('dead-letters')
    expect(code).toBe(0)
    const [head, ...lines] = stdout.trimEnd().split('\n')
    expect(head?.split(/ {2,}/)).toEqual(['id', 'source', 'type', 'time', 'status', 'reason', 'replaced by'])
    expect(lines[0]?.split(/ {2,}/)).toEqual([
      'bad1',
      's',
      't',
      expect.stringMatching(/^20\d\d-.*Z$/),
      '422',
      `${target.url} answered 422: cannot take bad1`,
    ])
    expect(lines).toHaveLength(2)
  })

  test('--json has the events whole', async () => {
    const { command } = await withLetters()
    const { deadLetters } = JSON.parse((await command('dead-letters', '--json')).stdout)
    expect(deadLetters).toMatchObject([
      { id: 'bad1', source: 's', type: 't', status: 422, reason: expect.any(String), event: events[1] },
      { id: 'bad2' },
    ])
  })

  test('says that there are none', async () => {
    events = [eventOf('a')]
    const { command } = await withLetters()
    expect((await command('dead-letters')).stdout).toContain('No dead letters')
    expect(JSON.parse((await command('dead-letters', '--json')).stdout)).toEqual({ deadLetters: [] })
  })

  test('nothing in an event is obeyed by a terminal', async () => {
    events = [eventOf('a'), eventOf('evil\u001B[2J')]
    const { command } = await withLetters()
    expect((await command('dead-letters')).stdout).not.toContain('\u001B')
  })
})

describe('dead-letters --discard', () => {
  test('--all shows them and asks; with --yes they are kept no longer', async () => {
    const { command } = await withLetters()
    const unasked = await command('dead-letters', '--discard', '--all')
    expect(unasked.code).not.toBe(0)
    expect(unasked.stdout).toContain('bad1')
    expect(unasked.stderr).toContain('--yes')
    expect(JSON.parse((await command('dead-letters', '--json')).stdout).deadLetters).toHaveLength(2)
    const { code, stdout } = await command('dead-letters', '--discard', '--all', '--yes')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^bad2 .*\nDiscarded 2 of 2 dead letters\.\n$/m)
    expect((await command('dead-letters', '--discard', '--all')).stdout).toContain('No dead letters')
    target.answer = undefined
    expect((await command('replay', '--all')).stdout).toBe('Sent 0 of 0 dead letters.\n')
  })

  test('--id gives up one, and --json says how many', async () => {
    const { command } = await withLetters()
    const one = ['dead-letters', '--discard', '--id', 'bad1', '--yes', '--json']
    expect(await command(...one)).toMatchObject({ code: 0, stdout: '{"chosen":1,"discarded":1}\n' })
    const { deadLetters } = JSON.parse((await command('dead-letters', '--json')).stdout)
    expect(deadLetters).toMatchObject([{ id: 'bad2' }])
    expect(await command(...one)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no dead letter has the id "bad1"'),
    })
  })

  test.each([
    [['--discard'], 'dead-letters --discard: give --id ID for one dead letter, or --all'],
    [['--discard', '--all', '--id', 'x'], 'give --id ID or --all, not both'],
    [['--all'], '--all goes with --discard'],
  ])('%j is a wrong command line', async (argv, message) => {
    const { command } = await withLetters()
    expect(await command('dead-letters', ...argv)).toMatchObject({
      code: 64,
      stderr: expect.stringContaining(message),
    })
  })
})

describe('replay', () => {
  test('--all sends them again, and those delivered are kept no longer', async () => {
    const { command } = await withLetters()
    target.answer = ({ id }) => (id === 'bad2' ? 400 : 204)
    const { code, stdout, stderr } = await command('replay', '--all')
    expect(code).toBe(1)
    expect(stderr).toContain(`"id":"bad2","reason":"${target.url} answered 400: cannot take bad2"`)
    expect(stdout).toContain('Sent 1 of 2 dead letters. 1 refused again: still dead letters.')
    expect(idsOf(target.events)).toEqual(['a', 'b', 'bad1'])
    const { deadLetters } = JSON.parse((await command('dead-letters', '--json')).stdout)
    expect(deadLetters).toMatchObject([{ id: 'bad2', status: 400 }])
    target.answer = undefined
    expect(await command('replay', '--all', '--json')).toMatchObject({
      code: 0,
      stdout: '{"chosen":1,"sent":1,"refused":0,"left":0,"replaced":[]}\n',
    })
    expect(await command('replay', '--all')).toMatchObject({ code: 0, stdout: 'Sent 0 of 0 dead letters.\n' })
  })

  test('--id sends one', async () => {
    const { command } = await withLetters()
    target.answer = undefined
    expect((await command('replay', '--id', 'bad2')).code).toBe(0)
    expect(idsOf(target.events)).toEqual(['a', 'b', 'bad2'])
    const unknown = await command('replay', '--id', 'bad2')
    expect(unknown).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no dead letter has the id "bad2"'),
    })
  })

  test('--dry-run sends nothing, and names those replaced since', async () => {
    events.push(eventOf('new', { replaces: 'bad1' }))
    const { command } = await withLetters()
    target.answer = undefined
    const { code, stdout } = await command('replay', '--dry-run')
    expect(code).toBe(0)
    expect(stdout).toBe('bad1 was replaced since, by new\n2 dead letters would be sent.\n')
    expect(target.events).toHaveLength(3)
    const json = await command('replay', '--dry-run', '--json')
    expect(JSON.parse(json.stdout)).toEqual({ chosen: 2, replaced: [{ id: 'bad1', replacedBy: 'new' }] })
    expect((await command('replay', '--all')).stdout).toContain('bad1 was replaced since, by new')
    expect((await command('dead-letters')).stdout).toContain('No dead letters')
  })

  test('a target that is down keeps them, and says to try later', async () => {
    const { command } = await withLetters()
    target.answer = () => 503
    const { code, stdout, stderr } = await command('replay', '--all')
    expect(code).toBe(75)
    expect(stdout).toContain('Sent 0 of 2 dead letters. 2 not tried or not answered: still dead letters.')
    expect(stderr).toContain('answered 503')
    expect(JSON.parse((await command('dead-letters', '--json')).stdout).deadLetters).toHaveLength(2)
  })

  test('more than a batch, in order', async () => {
    events = [eventOf('a'), ...Array.from({ length: 250 }, (_, n) => eventOf(`bad${n}`))]
    const { command } = await withLetters('max_in_flight: 1\n')
    target.answer = undefined
    expect((await command('replay', '--all')).stdout).toBe('Sent 250 of 250 dead letters.\n')
    expect(idsOf(target.events)).toEqual(idsOf(events))
  })

  test.each([
    [['replay'], 'give --id ID for one dead letter, or --all'],
    [['replay', '--all', '--id', 'x'], 'give --id ID or --all, not both'],
    [['replay', '--every'], 'no option --every'],
    [['replayy'], 'did you mean replay?'],
  ])('%j is a wrong command line', async (argv, message) => {
    const { command } = await withLetters()
    expect(await command(...argv)).toMatchObject({ code: 64, stderr: expect.stringContaining(message) })
  })
})

test('dead_letter.target gets them too, with headers of its own', async () => {
  const elsewhere = await startServer()
  await withLetters(`dead_letter: { target: "${elsewhere.url}", headers: { x-key: k } }\n`)
  expect(idsOf(elsewhere.events).toSorted()).toEqual(['bad1', 'bad2'])
  expect(elsewhere.events[0]).toMatchObject({ deadletterstatus: 422 })
  expect(elsewhere.headers).toMatchObject({ 'x-key': 'k' })
  await elsewhere.close()
})

test('the help names the commands and their options', async () => {
  const { command } = programIn(source)
  const { stdout } = await command('--help')
  for (const name of ['run', 'dead-letters', 'replay', 'send'])
    expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'))
  const help = (await command('replay', '--help')).stdout
  for (const option of ['--id ID', '--all', '--dry-run', '--json']) expect(help).toContain(option)
})
