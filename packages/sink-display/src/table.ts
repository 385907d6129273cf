import { type CloudEvent, digits, stringifyJson } from '@billow/core'

const COLUMNS = [
  { title: 'TIME', width: 24 },
  { title: 'SOURCE', width: 21 },
  { title: 'TYPE', width: 30 },
  { title: 'DAY', width: 10 },
  { title: 'AMOUNT', width: 20, right: true },
  { title: 'CURRENCY', width: 8 },
  // The last one is not padded: names have any length, and some of their letters are two columns wide.
  { title: 'WHAT', width: 0 },
] as const

const PREVIEW = 80

export function tableHeader(): string {
  return line(COLUMNS.map(({ title }) => title))
}

/** An event as a line of columns: what it bills where it is a bill's, else the beginning of its data. */
export function tableRow(event: CloudEvent): string {
  const { time = '', source, type } = event
  return line([time, source, type, ...billed(event)])
}

function billed({ type, subject, data }: CloudEvent): string[] {
  const of = isRecord(data) ? data : {}
  if (type === 'aws.service.daily') {
    const cost = isRecord(of['unblendedCost']) ? of['unblendedCost'] : {}
    return [text(of['date']), text(cost['amount']), text(cost['unit']), text(of['service'])]
  }
  if (type === 'alibaba.billing.daily' || type === 'alibaba.billing.instance.daily') {
    const names = [of['ProductName'] || of['ProductCode'], of['SubscriptionType'], of['InstanceID']].map(text)
    return [
      text(of['BillingDate']),
      text(of['PretaxAmount']),
      text(of['Currency']),
      names.filter(Boolean).join(' '),
    ]
  }
  return ['', '', '', [subject, preview(data)].filter(Boolean).join(' ')]
}

function line(cells: readonly string[]): string {
  return COLUMNS.map((column, index) => {
    const cell = printable(cells[index] ?? '')
    return 'right' in column ? cell.padStart(column.width) : cell.padEnd(column.width)
  })
    .join('  ')
    .trimEnd()
}

function preview(data: unknown): string {
  if (data === undefined) return ''
  const json = stringifyJson(data)
  return json.length > PREVIEW ? `${json.slice(0, PREVIEW - 1)}…` : json
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : (digits(value) ?? '')
}

/** What a stranger sends must not move the cursor or change the terminal. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '�')
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
