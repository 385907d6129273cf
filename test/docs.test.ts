import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { type AnyConnector, type CloudEvent, configTable, parseJson, programOf } from '@billow/core'
import { CHARGE_TYPE, charges } from '@billow/focus'
import { awsBilling } from '@billow/source-aws-billing'
import { parse } from 'yaml'
import { CLI_COMMANDS, joined } from '../packages/cli/src/commands.ts'
import { validateEvent } from '../packages/core/src/cloudevents/index.ts'
import { OPTIONS, parseArguments } from '../packages/core/src/commands/arguments.ts'
import { commandTable } from '../packages/core/src/commands/command-table.ts'
import { readArguments } from '../packages/simulators/src/arguments.ts'
import { accountBill, instanceBill, toRow } from '../packages/source-alicloud-billing/src/event.ts'
import { ROOT } from './support/app.ts'
import { connectorOf, faultsOf, NAMES, pipelineFaultsOf, variablesOf } from './support/configs.ts'
import { blocksOf, isChartValues, isManifest, type Page, PAGES } from './support/docs.ts'

/** The keys that a connector cannot do without, by the key that a text would have instead. */
const REQUIRED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'sink-cloudzero': { 'connection(s|_id)': 'connections: { USD: a }\n', secret: 'secret: { api_key: a }\n' },
  'sink-display': {},
}
const OF_SOURCES = {
  target: 'target: http://localhost:31081\n',
  secret: 'secret: { access_key_id: a, secret_access_key: b }\n',
}

/** The faults of a part of a configuration, which is filled up with the keys that are required. */
function partFaultsOf(connector: AnyConnector, text: string): readonly string[] {
  const missing = Object.entries(REQUIRED[connector.name] ?? OF_SOURCES).filter(
    ([key]) => !new RegExp(`^${key}:`, 'm').test(text),
  )
  return faultsOf(connector, text.trimEnd() + missing.map(([, line]) => `\n${line}`).join(''))
}

const isPipeline = (text: string): boolean => /^connectors:/m.test(text)

/** The connector that a page is about; on other pages, one that takes the text. */
function expectConfig(path: string, text: string): void {
  const name = NAMES.find(name => path.includes(`/${name}/`))
  const faults = (name ? [name] : NAMES).map(name => partFaultsOf(connectorOf(name), text))
  expect(faults.some(list => list.length === 0) ? [] : faults[0]).toEqual([])
}

describe('the configurations', () => {
  const blocks = blocksOf('yaml').filter(([, text]) => !isPipeline(text))

  const example = readFileSync(join(ROOT, 'apps/billow/pipeline.example.yml'), 'utf8')
  const written = blocksOf('shell').flatMap(([name, text]) =>
    [...text.matchAll(/^cat << EOF > pipeline\.yml\n([\s\S]*?)^EOF$/gm)].map(([, file = '']) => [name, file]),
  )

  test.each([
    ...blocksOf('yaml').filter(([, text]) => isPipeline(text)),
    ...written,
    ['pipeline.example.yml', example],
    ['pipeline.example.yml, in full,', example.replaceAll(/^#(?= *\w+:)/gm, '')],
  ] as [name: string, text: string][])('%s loads as a pipeline', async (_, text) => {
    const { faults, links } = await pipelineFaultsOf(text, { TARGET: 'http://localhost:31081' })
    expect(faults).toEqual([])
    expect(links).toBeGreaterThan(1)
  })

  test.each(blocks.filter(([, text]) => !isManifest(text) && !isChartValues(text)))(
    '%s loads',
    (_, text, { path }) => {
      expectConfig(path, text)
    },
  )

  test.each(
    blocksOf('shell').flatMap(([name, text, page]) =>
      [...text.matchAll(/^cat << EOF > config\.yml\n([\s\S]*?)^EOF$/gm)].map(
        ([, config = '']) => [name, config, page] as const,
      ),
    ),
  )('%s writes one that loads', (_, text, { path }) => {
    expectConfig(path, text)
  })

  test.each(NAMES)(
    'config.example.yml of %s loads, has every key, and each that is left out loads too',
    name => {
      const text = readFileSync(join(ROOT, 'apps', name, 'config.example.yml'), 'utf8')
      const full = text.replaceAll(/^( *)#((?: {2})*)(?=[\w/]+:)/gm, '$1$2')
      expect(full).not.toBe(text)
      expect(partFaultsOf(connectorOf(name), text)).toEqual([])
      expect(partFaultsOf(connectorOf(name), full)).toEqual([])
      // What stands there for another choice, which goes with none of the first.
      const other = [...text.matchAll(/^## (.*)$/gm)].map(([, line]) => line).join('\n')
      expect(partFaultsOf(connectorOf(name), other)).toEqual([])
      const table = configTable(programOf(connectorOf(name)).schema)
      const keys = [...table.matchAll(/^\| ([a-z][\w./]*) +\|/gm)].map(([, key = '']) => key)
      expect(keys.length).toBeGreaterThan(8)
      const at = (path: string, written: unknown): unknown =>
        path
          .split('.')
          .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], written)
      const choices = [parse(full), parse(other)] as unknown[]
      expect(keys.filter(key => choices.every(choice => at(key, choice) === undefined))).toEqual([])
    },
  )
})

describe('the events', () => {
  const day = '2024-05-14'
  const FORMS: Readonly<Record<string, readonly string[]>> = {
    'alibaba.billing.daily': Object.keys(toRow(accountBill, {}, day).data),
    'alibaba.billing.instance.daily': Object.keys(toRow(instanceBill, {}, day).data),
  }

  test.each(blocksOf('json'))('%s is valid, and as the connector makes it', (_, text) => {
    const event = parseJson(text) as CloudEvent
    validateEvent(event)
    const form = FORMS[event.type]
    if (form) expect(Object.keys(event.data as object)).toEqual(form)
    if (event.type === CHARGE_TYPE) expect(charges()(event)).toEqual(event.data)
  })

  test('that are posted with curl are valid', () => {
    const bodies = PAGES.flatMap(({ text }) => [...text.matchAll(/-d '(\{"specversion.*\})'/g)])
    expect(bodies.length).toBeGreaterThan(0)
    for (const [, body = ''] of bodies) validateEvent(parseJson(body) as CloudEvent)
  })
})

const VARIABLE_NAMES = NAMES.flatMap(name => variablesOf(connectorOf(name)))

/** Lines of shell blocks, and code within sentences, that start one of our programs or set their variables. */
const COMMANDS = PAGES.flatMap(({ path, text, blocks }) => {
  const lines = blocks
    .filter(({ language }) => language === 'shell' || language === 'sh')
    .flatMap(block => block.text.replaceAll(/\\\n\s*/g, '').split('\n'))
  const inline = [...text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '').matchAll(/`([^`\n]+)`/g)].map(
    ([, code = '']) => code,
  )
  return [...lines, ...inline]
    .filter(line => /^([A-Z_]+=|export |npx |billow |docker run |kubectl exec |node apps\/)/.test(line))
    .map(line => [path, line.replace(/ +#.*| +>.*$/g, '')] as const)
})

const BILLOW = { commands: { ...CLI_COMMANDS, ...awsBilling.commands }, options: OPTIONS, words: 3 }

/** Throws for a command that does not exist or does not take these words. */
function expectProgram(program: string, args: readonly string[]): void {
  if (program === 'simulators') readArguments(args)
  else if (program === 'billow') parseArguments(BILLOW, joined(args))
  else {
    expect(NAMES).toContain(program)
    parseArguments({ commands: commandTable([connectorOf(program)]), options: OPTIONS }, args)
  }
}

describe('the commands', () => {
  test('are found', () => {
    expect(COMMANDS.length).toBeGreaterThan(30)
  })

  test.each(COMMANDS)('%s: %s', (_, line) => {
    const words = line.split(/ +/)
    const settings = words
      .filter(word => /^[A-Z_]+=/.test(word))
      .map(word => word.slice(0, word.indexOf('=')))
    expect(
      settings.filter(name => /^(CONNECTOR|BILLOW|LOG)_/.test(name) && !VARIABLE_NAMES.includes(name)),
    ).toEqual([])
    const [runner, what = '', ...args] = words.filter(
      (word, index) => (word !== 'export' || index > 0) && !/^[A-Z_]+=/.test(word),
    )
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    if (runner === 'billow') {
      expectProgram('billow', [what, ...args])
    }
    if (runner === 'docker') {
      const image = words.findIndex(word => word.startsWith('ghcr.io/billow/'))
      const [name = '', ...rest] = image === -1 ? words.slice(-1) : words.slice(image)
      expectProgram(basename(name), rest)
    }
    if (runner === 'kubectl') {
      const [name = ''] = words.filter(word => word.startsWith('deployment/'))
      const [node, main, ...rest] = words.slice(words.indexOf('--') + 1)
      expect([node, main]).toEqual(['node', '/app/main.js'])
      expectProgram(basename(name), rest)
    }
    if (runner === 'node' && what.startsWith('apps/')) {
      expect(what).toMatch(/^apps\/[\w-]+\/dist\/main\.js$/)
      expectProgram(what.split('/')[1] ?? '', args)
    }
    if (runner === 'npx' && what.startsWith('@billow/')) {
      const name = what.slice('@billow/'.length)
      const { bin } = JSON.parse(readFileSync(join(ROOT, 'packages', name, 'package.json'), 'utf8'))
      // npx can tell which program is meant only where there is one.
      expect(Object.keys(bin)).toHaveLength(1)
      expectProgram(name, args)
    }
    if (runner === 'npx' && what === 'pnpm@12') {
      const [command = '', script = ''] = args
      if (command === 'run') expect(Object.keys(scripts)).toContain(script)
      // pnpm has commands of its own by these names.
      else if (command !== 'exec')
        expect(Object.keys(scripts).filter(name => !['ci', 'docs'].includes(name))).toContain(command)
    }
  })

  test('the table of commands is complete', () => {
    const { text } = PAGES.find(({ path }) => path === 'docs/operating.md') as Page
    const offered = ['run', 'check', 'health', 'schema', ...Object.keys(awsBilling.commands ?? {})]
    const told = [...text.matchAll(/^\| `(\w+)[^|]*` +\|/gm)].map(([, name]) => name)
    expect(told).toEqual(expect.arrayContaining(offered))
  })
})

describe('the code', () => {
  test.each(blocksOf('ts'))('%s imports what there is', (_, text) => {
    for (const [, names = '', name = '', file = 'index'] of text.matchAll(
      /import \{ ([^}]+) \} from '@billow\/([\w-]+)\/?(\w+)?'/g,
    )) {
      const source = join(ROOT, 'packages', name, 'src')
      const index = readFileSync(
        globSync([`${file}.ts`, `${file}/index.ts`], { cwd: source }).map(found => join(source, found))[0] ??
          '',
        'utf8',
      )
      for (const word of names.replaceAll('type ', '').split(', '))
        expect(index).toMatch(new RegExp(`\\b${word}\\b`))
    }
  })

  test("core's README names every export, and nothing else", () => {
    const index = readFileSync(join(ROOT, 'packages/core/src/index.ts'), 'utf8')
    const exported = [...index.matchAll(/\{([^}]+)\}/g)].flatMap(([, names = '']) =>
      names.split(',').map(name => name.replace('type ', '').trim()),
    )
    const { text } = PAGES.find(({ path }) => path === 'packages/core/README.md') as Page
    const section = text.slice(text.indexOf('## What is here'), text.indexOf('`@billow/core/launch`'))
    const told = [...section.matchAll(/^\| ((?:`\w+`(?:, )?)+)/gm)].flatMap(([, cell = '']) =>
      cell.match(/\w+/g),
    )
    expect(new Set(told)).toEqual(new Set(exported.filter(Boolean)))
  })
})
