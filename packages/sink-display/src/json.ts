import { styleText } from 'node:util'
import { type CloudEvent, stringifyJson } from '@billow/core'

/** The order of the contract; other attributes stand before the data. */
const ORDER = ['specversion', 'id', 'source', 'type', 'subject', 'datacontenttype', 'dataschema', 'time']

/** An event as JSON text, with its attributes in one order and its numbers with the digits they came with. */
export function eventJson(event: CloudEvent, indent?: number): string {
  const { data, data_base64, ...attributes } = event
  const names = [...ORDER, ...Object.keys(attributes).filter(name => !ORDER.includes(name))]
  const ordered = names.filter(name => attributes[name] !== undefined).map(name => [name, attributes[name]])
  const json = stringifyJson(
    {
      ...Object.fromEntries(ordered),
      ...(data_base64 === undefined ? data !== undefined && { data } : { data_base64 }),
    },
    indent,
  )
  return json.replaceAll(CONTROL, sign => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** JSON leaves these as they are, and a terminal may obey them. */
const CONTROL = /[\u007f-\u009f]/g

const TOKEN = /("(?:[^"\\]|\\.)*")(:?)|(-?\d[\d.eE+-]*)|\b(true|false|null)\b/g

/** Colours the keys, texts and other values of JSON text for a terminal. */
export function colorJson(json: string): string {
  return json.replaceAll(TOKEN, (all: string, text?: string, colon?: string, number?: string) => {
    if (text !== undefined) return paint(colon ? 'cyan' : 'green', text) + (colon ?? '')
    return paint(number === undefined ? 'magenta' : 'yellow', all)
  })
}

/** Whether to colour is decided by the caller, who knows the terminal. */
function paint(color: 'cyan' | 'green' | 'yellow' | 'magenta', text: string): string {
  return styleText(color, text, { validateStream: false })
}
