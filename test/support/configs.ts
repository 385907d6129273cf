import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AnyConnector, programOf } from '@billow/core'
import { cloudzero } from '@billow/sink-cloudzero'
import { display } from '@billow/sink-display'
import { alicloudBilling } from '@billow/source-alicloud-billing'
import { awsBilling } from '@billow/source-aws-billing'
import { pipelineLoad } from '../../packages/cli/src/load.ts'
import { helpFor } from '../../packages/core/src/commands/help.ts'
import { loadConfig } from '../../packages/core/src/config/index.ts'
import { VARIABLES } from '../../packages/core/src/runtime/config.ts'
import { ROOT } from './app.ts'

export const CONNECTORS: Readonly<Record<string, AnyConnector>> = {
  'source-aws-billing': awsBilling,
  'source-alicloud-billing': alicloudBilling,
  'sink-cloudzero': cloudzero,
  'sink-display': display,
}
export const NAMES = Object.keys(CONNECTORS)
export const connectorOf = (name: string): AnyConnector => CONNECTORS[name] as AnyConnector

/** The variables that a connector's program says it knows. */
export const variablesOf = (connector: AnyConnector): string[] =>
  [...helpFor(connector, 'run').matchAll(/^ {2}([A-Z]+_[A-Z_]+) /gm)].map(([, name = '']) => name)

// What a user has and this machine has not: files of secrets, and variables that the text names. Any of them may
// be all of a URL, such as that of a database.
const FOLDER = mkdtempSync(join(tmpdir(), 'billow-'))
const SECRET_FILE = join(FOLDER, 'secret')
const SECRET = 'postgres://billow:a-password@db.example.com/billow'
writeFileSync(SECRET_FILE, `${SECRET}\n`)

const withSecrets = (text: string): string => text.replaceAll(/\$\{file:[^}]+\}/g, `\${file:${SECRET_FILE}}`)
const settingsOf = (text: string): Record<string, string> =>
  Object.fromEntries([...text.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => [name, 'a-value']))

/** The faults of a connector's configuration. */
export function faultsOf(connector: AnyConnector, text: string): readonly string[] {
  try {
    loadConfig({
      schema: programOf(connector).schema,
      file: 'config.yml',
      text: withSecrets(text),
      env: settingsOf(text),
      variables: VARIABLES,
    })
    return []
  } catch (error) {
    return (error as { faults?: readonly string[] }).faults ?? [String(error)]
  }
}

/** The faults of a pipeline file, and how many connectors it has. */
export async function pipelineFaultsOf(
  text: string,
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly faults: readonly string[]; readonly links: number }> {
  const file = join(FOLDER, 'pipeline.yml')
  writeFileSync(file, withSecrets(text))
  try {
    const { links } = await pipelineLoad({
      file,
      env: { ...settingsOf(text), ...env },
      place: { directory: ROOT, builtIn: {}, version: '' },
    })()
    return { faults: [], links: links.length }
  } catch (error) {
    return { faults: (error as { faults?: readonly string[] }).faults ?? [String(error)], links: 0 }
  }
}
