import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Bundled, identity, type Manifest } from './packages.ts'

const LIST = dirname(fileURLToPath(import.meta.resolve('spdx-license-list')))
const RULE = '-'.repeat(80)
const TEXT_FILE = /^(licen[cs]e|copying|notice)(?!.*\.(c?js|mjs|ts|json)$)/i

/** Name, version and licence text of all that others wrote, as their licences ask of those who pass it on. */
export function notices(contents: readonly Bundled[]): string {
  const byText = Map.groupBy(contents, textOf)
  const parts = [...byText].map(([text, bundled]) => `${bundled.map(line).join('\n')}\n\n${text}`)
  return `${['This program holds code of these packages:', ...parts].join(`\n\n${RULE}\n`)}\n`
}

const line = (bundled: Bundled): string =>
  `${identity(bundled)} (${bundled.manifest.license ?? 'no licence given'})`

function textOf({ folder, manifest }: Bundled): string {
  const files = readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.isFile() && TEXT_FILE.test(entry.name))
    .map(({ name }) => name)
    .toSorted()
  if (files.length === 0) return standardText(manifest)
  return files.map(name => readFileSync(join(folder, name), 'utf8').trim()).join('\n\n')
}

/** Some packages name their licence and leave its text out; then it is the one of the SPDX list. */
function standardText({ name, license, author }: Manifest): string {
  const { licenseText } = JSON.parse(readFileSync(join(LIST, 'licenses', `${license}.json`), 'utf8'))
  const holder = typeof author === 'string' ? author : (author?.name ?? `the authors of ${name}`)
  return licenseText.trim().replace('<year> ', '').replace('<copyright holders>', holder)
}
