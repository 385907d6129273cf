import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type AnyConnector, configTable, programOf, type TSchema } from '@billow/core'
import { metricsTable } from '@billow/core/program'
import { focusDefaults } from '@billow/focus'
import { anyEntry, pipelineSchema } from '../../packages/cli/src/schema.ts'
import { chartTable } from './chart.ts'
import { FOCUS_TABLES } from './focus.ts'
import { TABLES } from './reliability.ts'

const ROOT = join(import.meta.dirname, '../..')

/** The connectors whose keys stand in the docs, by the name in a page's marker. */
const CONNECTORS: Readonly<Record<string, () => Promise<AnyConnector>>> = {
  'source-aws-billing': async () => (await import('@billow/source-aws-billing')).awsBilling,
  'source-alicloud-billing': async () => (await import('@billow/source-alicloud-billing')).alicloudBilling,
  'sink-cloudzero': async () => (await import('@billow/sink-cloudzero')).cloudzero,
  'sink-display': async () => (await import('@billow/sink-display')).display,
}

/** Every page of the docs. */
export function pages(): string[] {
  return globSync(['README.md', 'docs/**/*.md', '{packages,apps,charts,examples}/*/README.md'], { cwd: ROOT })
    .map(path => join(ROOT, path))
    .toSorted()
}

/** What names a version of ours beside the docs: manifests and the chart. */
export function stamped(): string[] {
  return globSync(['apps/*/*.yaml', 'charts/*/Chart.yaml'], { cwd: ROOT })
    .map(path => join(ROOT, path))
    .toSorted()
}

/** A text with the version that the packages have: of images, and of the chart where it is the chart's own file. */
export function stamp(text: string, file = ''): string {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'packages/core/package.json'), 'utf8'))
  const images = text.replaceAll(/(ghcr\.io\/billow\/[\w-]+):\d[\w.-]*/g, `$1:${version}`)
  if (!file.endsWith('/Chart.yaml')) return images
  return images.replaceAll(/^(version|appVersion): .*$/gm, `$1: ${version}`)
}

const MADE: Readonly<Record<string, (name: string) => string | Promise<string>>> = {
  config: configOf,
  code: codeOf,
  table: tableOf,
  metrics: metricsTable,
}

/** A page with its made parts fresh: versions, and what stands between `<!-- config:NAME -->`, `code:FILE`, `table:NAME` or `metrics:core` and `<!-- end -->`. */
export async function render(text: string): Promise<string> {
  let fresh = stamp(text)
  for (const [whole, kind, name] of text.matchAll(
    /<!-- (config|code|table|metrics):(\S+) -->\n[\s\S]*?<!-- end -->/g,
  )) {
    const made = (await MADE[kind as string]?.(name as string)) ?? ''
    fresh = fresh.replace(whole, () => `<!-- ${kind}:${name} -->\n\n${made.trim()}\n\n<!-- end -->`)
  }
  return fresh
}

/** Schemas of files that hold more than one connector. */
const SCHEMAS: Readonly<Record<string, () => TSchema>> = {
  pipeline: pipelineSchema,
  'pipeline-entry': () => anyEntry,
  'focus-defaults': () => focusDefaults,
}

async function configOf(name: string): Promise<string> {
  const schema = SCHEMAS[name]?.()
  if (schema) return configTable(schema)
  const load = CONNECTORS[name]
  if (!load) throw new Error(`no connector "${name}" is known to the docs`)
  return configTable(programOf(await load()).schema)
}

function codeOf(file: string): string {
  const language = file.endsWith('.ts') ? 'ts' : /\.ya?ml$/.test(file) ? 'yaml' : ''
  return `\`\`\`${language}\n${readFileSync(join(ROOT, file), 'utf8').trim()}\n\`\`\``
}

function tableOf(name: string): string {
  const make = name === 'chart' ? chartTable : (TABLES[name] ?? FOCUS_TABLES[name])
  if (!make) throw new Error(`no table "${name}" is known to the docs`)
  return make()
}
