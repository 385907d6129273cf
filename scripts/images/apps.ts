import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '../..')

/** A folder below apps/: the program in an image of the same name. */
export interface App {
  readonly name: string
  readonly folder: string
  readonly version: string
  readonly description: string
}

export const APPS: readonly App[] = readdirSync(join(ROOT, 'apps')).map(name => {
  const folder = join(ROOT, 'apps', name)
  const { version, description } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as App
  return { name, folder, version, description }
})

/** The apps of these names; all of them where none is named. */
export function appsNamed(names: readonly string[]): readonly App[] {
  const unknown = names.find(name => !APPS.some(app => app.name === name))
  if (unknown !== undefined)
    throw new Error(`there is no app "${unknown}"; there are ${APPS.map(({ name }) => name).join(', ')}`)
  return APPS.filter(({ name }) => names.length === 0 || names.includes(name))
}
