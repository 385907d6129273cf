import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { pages } from '../../scripts/docs/pages.ts'
import { ROOT } from './app.ts'

export interface Page {
  /** From the root, such as `docs/events.md`. */
  readonly path: string
  readonly text: string
  readonly blocks: readonly { readonly language: string; readonly text: string }[]
}

export const PAGES: readonly Page[] = [...pages(), join(ROOT, 'CONTRIBUTING.md')].map(file => {
  const text = readFileSync(file, 'utf8')
  return { path: relative(ROOT, file), text, blocks: fencesOf(text) }
})

/** The fenced blocks of a page, without the indent that they stand in. */
export function fencesOf(text: string): Page['blocks'] {
  const fences = text.matchAll(/^( *)```(\w*)\n([\s\S]*?)^ *```$/gm)
  return [...fences].map(([, indent = '', language = '', block = '']) => ({
    language,
    text: block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }))
}

/** All blocks of a language, each named by its page and its number among them. */
export const blocksOf = (language: string): [name: string, text: string, page: Page][] =>
  PAGES.flatMap(page =>
    page.blocks
      .filter(block => block.language === language)
      .map(({ text }, index): [string, string, Page] => [`${page.path}, ${index + 1}`, text, page]),
  )

/** What is for `kubectl apply`, and not for a connector. */
export const isManifest = (text: string): boolean => /^apiVersion:/m.test(text) && /^kind:/m.test(text)

/** Values of the chart, which have tests of their own. */
export const isChartValues = (text: string): boolean => /^(connector|pipeline):/m.test(text)
