import { type Document, isMap, isScalar, LineCounter, parseDocument, visit, type YAMLMap } from 'yaml'
import type { Fault } from './reading.ts'
import { SYNTAX } from './syntax.ts'
import { found } from './wording.ts'

/** The first ones are the cause, those after them mostly its consequence. */
const MOST = 20

const KEYS = 'keys with values; write "key: value", with a space after the colon'

export interface YamlText {
  /** `undefined` where the text has no value. */
  readonly root: YAMLMap.Parsed | undefined
  /** Why the text is no mapping; with any, `root` cannot be relied on. */
  readonly faults: readonly Fault[]
  lineOf(offset: number): number
  /** `file:line:column` */
  locate(offset: number): string
}

/** Parses a YAML text with positions. Nothing of the text gets into a fault. */
export function parseYaml(text: string, name: string): YamlText {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    logLevel: 'error',
  })
  const lineOf = (offset: number) => lines.linePos(offset).line
  const locate = (offset: number) => `${name}:${lineOf(offset)}:${lines.linePos(offset).col}`
  const errors = [...syntaxErrors(document), ...unwanted(document)].sort((a, b) => a.offset - b.offset)
  const { contents } = document
  const deep = errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION')
  const told = deep
    ? [deep]
    : errors.filter(
        (one, index) => index === 0 || lineOf(one.offset) !== lineOf(errors[index - 1]?.offset ?? 0),
      )
  const faults = told
    .slice(0, MOST)
    .map(({ offset, code }) => ({ offset, line: `${locate(offset)}: ${SYNTAX[code]}` }))
  const empty = contents === null || (isScalar(contents) && contents.value === null)
  if (!faults.length && !empty && !isMap(contents)) {
    const [offset] = contents.range
    const what = found(isScalar(contents) ? contents.value : [contents], { schema: undefined, hidden: true })
    faults.push({ offset, line: `${locate(offset)}: found ${what}, allowed are ${KEYS}` })
  }
  return { root: isMap(contents) ? contents : undefined, faults, lineOf, locate }
}

interface Found {
  readonly offset: number
  readonly code: keyof typeof SYNTAX
}

function syntaxErrors(document: Document.Parsed): readonly Found[] {
  return document.errors.map(({ code, pos: [offset] }) => {
    const quote = code === 'MISSING_CHAR' ? openQuote(document, offset) : undefined
    return quote === undefined ? { offset, code } : { offset: quote, code: 'UNCLOSED_QUOTE' }
  })
}

/** Where the quoted text begins that an error stands at the end of. */
function openQuote(document: Document.Parsed, end: number): number | undefined {
  let start: number | undefined
  visit(document, {
    Scalar(_, node) {
      const quoted = node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE'
      if (quoted && node.range && node.range[0] < end && end <= node.range[1]) start = node.range[0]
    },
  })
  return start
}

/** What YAML has and a config file does not need: text that a secret may begin with, and ways to make a small file large. */
function unwanted(document: Document.Parsed): readonly Found[] {
  const found: Found[] = []
  if (document.directives.yaml.explicit) found.push({ offset: 0, code: 'BAD_DIRECTIVE' })
  visit(document, {
    Alias: (_, node) => void found.push({ offset: node.range?.[0] ?? 0, code: 'BAD_ALIAS' }),
    Value(_, node) {
      const offset = node.range?.[0] ?? 0
      if (node.anchor !== undefined) found.push({ offset, code: 'ANCHOR' })
      if (node.tag !== undefined) found.push({ offset, code: 'TAG_RESOLVE_FAILED' })
    },
    Pair(_, { key }) {
      if (isScalar(key) && key.source === '<<') found.push({ offset: key.range?.[0] ?? 0, code: 'MERGE_KEY' })
    },
  })
  return found
}
