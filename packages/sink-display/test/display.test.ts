import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import { type CloudEvent, Gone, parseJson } from '@billow/core'
import { createDisplay, display, type Output } from '@billow/sink-display'
import { describe, expect, test } from '@jest/globals'
import { ROOT } from '../../../test/support/app.ts'
import { runCommand } from '../../../test/support/command.ts'
import { failure, testContext } from '../../../test/support/context.ts'

const ALIBABA = `{
  "specversion": "1.0",
  "id": "bd64e9e0-cd46-43f1-95fa-2008b6b49e85",
  "source": "cloud.alibaba.billing",
  "type": "alibaba.billing.daily",
  "datacontenttype": "application/json",
  "time": "2022-06-14T07:01:55.277687Z",
  "data": {
    "AdjustAmount": 0,
    "BillingDate": "2022-06-13",
    "CashAmount": 12.3400000000,
    "Currency": "CNY",
    "InvoiceDiscount": 5.2E-9,
    "PretaxAmount": 123456789012345678.0123456789,
    "ProductCode": "disk",
    "ProductName": "云盘",
    "SubscriptionType": "PayAsYouGo"
  }
}
`
const AWS = `{
  "specversion": "1.0",
  "id": "4395ffa3-f6de-443c-bf0e-bb9798d26a1d",
  "source": "cloud.aws.billing",
  "type": "aws.service.daily",
  "datacontenttype": "application/json",
  "time": "2022-06-14T07:05:55.777689Z",
  "data": {
    "date": "2023-01-15",
    "service": "CloudWatch Events",
    "unblendedCost": {
      "amount": "0.0009189721",
      "unit": "USD"
    }
  }
}
`
const alibaba = parseJson(ALIBABA) as CloudEvent
const aws = parseJson(AWS) as CloudEvent
const never = new AbortController().signal

type Format = 'json' | 'compact' | 'table'

async function printed(
  events: readonly CloudEvent[],
  format: Format,
  stdout: Output = new PassThrough(),
): Promise<string> {
  let text = ''
  stdout.on('data', chunk => {
    text += chunk
  })
  const writer = await createDisplay(() => stdout).open(testContext({ format }))
  await writer.write(events, never)
  await writer.close?.()
  return text
}

const terminal = (colors: boolean): Output =>
  Object.assign(new PassThrough(), { isTTY: true, hasColors: () => colors })

describe('json', () => {
  test('is the document: indented, in its order, with the digits that came', async () => {
    expect(await printed([alibaba, aws], 'json')).toBe(ALIBABA + AWS)
  })

  test('has the order of the document whatever order an event came in, and other attributes before the data', async () => {
    const { data, time, id, ...rest } = aws
    const text = await printed(
      [{ data, time, replaces: 'x', ...rest, subject: 's', id } as CloudEvent],
      'compact',
    )
    expect(Object.keys(JSON.parse(text))).toEqual([
      'specversion',
      'id',
      'source',
      'type',
      'subject',
      'datacontenttype',
      'time',
      'replaces',
      'data',
    ])
  })

  test.each([[null], [false], [0], [''], [[]], ['text']])('shows the data %j', async data => {
    expect(JSON.parse(await printed([{ ...aws, data }], 'json'))).toHaveProperty('data', data)
  })

  test('leaves out the data that is not there, and shows bytes as base64', async () => {
    const { data: _, ...bare } = aws
    expect(JSON.parse(await printed([bare as CloudEvent], 'json'))).not.toHaveProperty('data')
    expect(JSON.parse(await printed([{ ...bare, data_base64: 'AAE=' }], 'json'))).toMatchObject({
      data_base64: 'AAE=',
    })
  })
})

describe('compact', () => {
  test('is a line of JSON an event', async () => {
    const lines = (await printed([alibaba, aws], 'compact')).trimEnd().split('\n')
    expect(lines).toEqual([ALIBABA, AWS].map(text => text.replaceAll(/\n\s*/g, '').replaceAll(/": /g, '":')))
  })
})

describe('table', () => {
  test('has a header once, and what each event bills', async () => {
    const stdout = new PassThrough()
    let text = ''
    stdout.on('data', chunk => {
      text += chunk
    })
    const writer = await createDisplay(() => stdout).open(testContext({ format: 'table' as const }))
    await writer.write([alibaba], never)
    await writer.write([aws], never)
    expect(
      text
        .trimEnd()
        .split('\n')
        .map(line => line.trim().split(/ {2,}/)),
    ).toEqual([
      ['TIME', 'SOURCE', 'TYPE', 'DAY', 'AMOUNT', 'CURRENCY', 'WHAT'],
      [
        alibaba.time,
        alibaba.source,
        alibaba.type,
        '2022-06-13',
        '123456789012345678.0123456789  CNY       云盘 PayAsYouGo',
      ].flatMap(part => String(part).split(/ {2,}/)),
      [aws.time, aws.source, aws.type, '2023-01-15', '0.0009189721', 'USD', 'CloudWatch Events'],
    ])
  })

  test('shows the beginning of the data of other events, and nothing that moves the cursor', async () => {
    const other = { ...aws, type: 'other\u001B[2J', subject: 'sub', data: { text: 'x'.repeat(200) } }
    const [, line] = (await printed([other], 'table')).split('\n')
    expect(line).toContain('other�[2J')
    expect(line).toMatch(/sub \{"text":"x{70,}…$/)
    expect(
      (
        await printed(
          [
            { ...aws, data: 'not a bill' },
            { ...alibaba, data: null },
          ],
          'table',
        )
      ).split('\n'),
    ).toHaveLength(4)
  })
})

describe('colours', () => {
  test('are there on a terminal, and change nothing of the text', async () => {
    const text = await printed([alibaba], 'json', terminal(true))
    expect(text).not.toBe(ALIBABA)
    expect(text).toContain('\u001B[36m"CashAmount"\u001B[39m: \u001B[33m12.3400000000\u001B[39m')
    expect(stripVTControlCharacters(text)).toBe(ALIBABA)
  })

  test('are not there where the terminal wants none, and nowhere else', async () => {
    expect(await printed([alibaba], 'json', terminal(false))).toBe(ALIBABA)
    expect(
      await printed([alibaba], 'json', Object.assign(new PassThrough(), { hasColors: () => true })),
    ).toBe(ALIBABA)
  })
})

describe('a slow or a lost reader', () => {
  test('a write is done when the text has left, not before', async () => {
    const flushed: (() => void)[] = []
    const slow = new Writable({ write: (_chunk, _encoding, done) => void flushed.push(done) })
    const writer = await createDisplay(() => slow).open(testContext({ format: 'json' as const }))
    let done = false
    const writing = writer.write([aws], never).then(() => {
      done = true
    })
    await new Promise(resolve => setImmediate(resolve))
    expect([flushed.length, done]).toEqual([1, false])
    flushed[0]?.()
    await writing
  })

  test('the end of the reader ends the writing, and the background work, with Gone', async () => {
    const broken = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
    })
    const writer = await createDisplay(() => broken).open(testContext({ format: 'json' as const }))
    const running = failure(Promise.resolve(writer.run?.(never)))
    expect(await failure(writer.write([aws], never))).toBeInstanceOf(Gone)
    expect((await running).message).toBe(
      'stdout was closed by the program that read it: nothing can be printed any more',
    )
    expect(await failure(writer.write([aws], never))).toBeInstanceOf(Gone)
  })

  test('what a terminal could obey is escaped, and still the same JSON', async () => {
    const event = { specversion: '1.0', id: '\u009b31m\u007f', source: 's', type: 't' } as CloudEvent
    const text = await printed([event], 'compact')
    expect(text).toContain('\\u009b31m\\u007f')
    expect(JSON.parse(text)).toEqual(event)
  })

  test('the background work ends when it is told to', async () => {
    const stop = new AbortController()
    const writer = await createDisplay(() => new PassThrough()).open(testContext({ format: 'json' as const }))
    const running = writer.run?.(stop.signal)
    stop.abort()
    await running
  })
})

describe('the program', () => {
  test("takes the app's config.example.yml", async () => {
    const example = readFileSync(join(ROOT, 'apps/sink-display/config.example.yml'), 'utf8')
    expect(await runCommand(display, ['check'], example)).toMatchObject({ code: 0, stderr: '' })
  })

  test('refuses a format that there is not', async () => {
    const { code, stderr } = await runCommand(display, ['check'], 'format: yaml\n')
    expect(code).toBe(78)
    expect(stderr).toContain('config.yml:1:9: format: found "yaml", allowed is json, compact or table')
  })
})
