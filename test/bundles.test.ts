import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Spec, Validation } from '@cyclonedx/cyclonedx-library'
import { describe, expect, test } from '@jest/globals'

const ROOT = join(import.meta.dirname, '..')
const apps = readdirSync(join(ROOT, 'apps'))
const read = (app: string, file: string): string =>
  readFileSync(join(ROOT, 'apps', app, 'dist', file), 'utf8')

interface Component {
  readonly name: string
  readonly group?: string
  readonly version: string
  readonly purl: string
  readonly licenses: readonly { readonly license: { readonly id: string } }[]
}

const nameOf = ({ group, name, version }: Component): string =>
  `${group ? `${group}/` : ''}${name}@${version}`
const componentsOf = (app: string): Component[] => JSON.parse(read(app, 'sbom.cdx.json')).components

/** What is in a bundle by the bundler's own comments: `// ../../node_modules/.pnpm/ajv@8.20.0/…`. */
function marked(app: string): string[] {
  const chunks = readdirSync(join(ROOT, 'apps', app, 'dist/chunks')).map(chunk =>
    read(app, `chunks/${chunk}`),
  )
  const comments = [read(app, 'main.js'), ...chunks].flatMap(code => [
    ...code.matchAll(
      /^\s*\/\/ (?:#region )?(?:\.\.\/)*node_modules\/\.pnpm\/([^/]+)\/node_modules\/((?:@[^/]+\/)?[^/]+)\//gm,
    ),
  ])
  const names = comments.map(([, stored, name]) => {
    const version = (stored as string).replace(/_.*$/, '').slice((name as string).length + 1)
    return `${name}@${version}`
  })
  return [...new Set(names)].toSorted()
}

// Licences that let their code be passed on inside of Apache-2.0 programs, with their texts.
const ALLOWED = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT']

describe.each(apps)('the bundle of %s', app => {
  test('has a CycloneDX document that is valid and the same each time', async () => {
    const text = read(app, 'sbom.cdx.json')
    expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text)).toBeNull()
    expect(JSON.parse(text)).not.toHaveProperty('serialNumber')
    expect(JSON.parse(text).metadata).not.toHaveProperty('timestamp')
    expect(text).not.toContain(ROOT)
  })

  test('has in that document, and in the notices, each package of which it holds code, and no other', () => {
    const others = componentsOf(app).filter(({ group, name }) => group !== '@billow' && name !== 'rolldown')
    const notices = [...read(app, 'THIRD-PARTY-LICENSES.txt').matchAll(/^(@?[^@\s]+@\d\S+) \(.+\)$/gm)]
    expect(marked(app).length).toBeGreaterThan(10)
    expect(others.map(nameOf).toSorted()).toEqual(marked(app))
    expect(
      notices
        .map(([, name]) => name as string)
        .filter(name => !name.startsWith('rolldown@'))
        .toSorted(),
    ).toEqual(marked(app))
  })

  test('has our own packages in the document', () => {
    const own = componentsOf(app).filter(({ group }) => group === '@billow')
    expect(own.map(({ name }) => name)).toEqual(expect.arrayContaining(['core']))
  })

  test('holds nothing whose licence does not let it be there', () => {
    for (const component of componentsOf(app)) {
      for (const { license } of component.licenses) {
        expect({ component: nameOf(component), allowed: ALLOWED.includes(license.id) }).toMatchObject({
          allowed: true,
        })
      }
      expect(component.licenses.length).toBeGreaterThan(0)
    }
  })
})
