import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { Ajv } from 'ajv'
import { parse } from 'yaml'
import { chartValues } from '../../scripts/docs/chart.ts'
import { stamp } from '../../scripts/docs/pages.ts'
import { ROOT } from '../support/app.ts'
import { EXAMPLES, WRONG } from './chart.ts'

const CHART = join(ROOT, 'charts/billow')
const schema = JSON.parse(readFileSync(join(CHART, 'values.schema.json'), 'utf8'))
const validate = new Ajv({ allErrors: true }).compile(schema)
const textOf = (file: string): string => readFileSync(join(CHART, file), 'utf8')

describe('the values of the chart', () => {
  test.each(['values.yaml', ...EXAMPLES])('%s is valid', file => {
    validate(parse(textOf(file)))
    expect(validate.errors).toBeNull()
  })

  test.each(WRONG)('%j is refused', wrong => {
    expect(validate(wrong)).toBe(false)
  })

  test('are the same in values.yaml and in the schema, and each is explained', () => {
    interface Node {
      readonly properties?: Readonly<Record<string, Node>>
    }
    const values = chartValues()
    const nodeOf = (name: string): Node | undefined =>
      name.split('.').reduce<Node | undefined>((node, key) => node?.properties?.[key], schema)
    expect(values.filter(({ name }) => !nodeOf(name)).map(({ name }) => name)).toEqual([])
    expect(values.filter(({ description }) => description.length < 10)).toEqual([])
    const written = parse(textOf('values.yaml')) as Readonly<Record<string, unknown>>
    expect(Object.keys(schema.properties).filter(name => name !== 'global')).toEqual(Object.keys(written))
    for (const group of ['image', 'persistence', 'serviceMonitor', 'serviceAccount'])
      expect(Object.keys(nodeOf(group)?.properties ?? {})).toEqual(Object.keys(written[group] as object))
  })

  test('are all used by a template', () => {
    const templates = globSync('templates/*', { cwd: CHART }).map(textOf).join('\n')
    const used = (name: string): boolean =>
      templates.includes(`.Values.${name}`) || templates.includes(`"${name}"`)
    expect(chartValues().filter(({ name }) => !used(name))).toEqual([])
  })

  test("have an app of the packages' version", () => {
    const chart = textOf('Chart.yaml')
    expect(stamp(chart, '/Chart.yaml')).toBe(chart)
    expect(parse(chart)).toMatchObject({ version: expect.stringMatching(/^\d+\.\d+\.\d+/) })
  })
})
