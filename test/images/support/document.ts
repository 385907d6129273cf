import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../../support/app.ts'

const fence = /^```(\w+)\n(.*?)^```/gms

/** What a page tells its reader to type, to run and to expect. */
export interface Document {
  /** The shell commands that hold the text, as written. */
  command(text: string): string
  /** The event to expect, as the first JSON example shows it. */
  readonly event: Readonly<Record<string, unknown>>
}

/** A page of this repository, or of the public documents; nothing where it is missing. */
export function documentAt(path: string): Document | undefined {
  const file = join(ROOT, path)
  if (!existsSync(file)) return undefined
  const blocks = [...readFileSync(file, 'utf8').matchAll(fence)].map(([, kind, text = '']) => ({
    kind,
    text,
  }))
  const first = (kind: string, text: string): string => {
    const found = blocks.find(block => block.kind === kind && block.text.includes(text))
    if (!found) throw new Error(`${path} has no ${kind} block with ${text}`)
    return found.text.replaceAll('public.ecr.aws/vanus/connector/', 'ghcr.io/billow/')
  }
  return {
    command: text => first('shell', text),
    get event() {
      return JSON.parse(first('json', 'specversion')) as Record<string, unknown>
    },
  }
}
