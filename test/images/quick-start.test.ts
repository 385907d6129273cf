import { appendFileSync, chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type Simulators, startSimulators } from '@billow/simulators'
import { SOURCE_NAMES, SOURCES } from '../support/clouds.ts'
import { containerOf, engine, imageOf } from './support/container.ts'
import { documentAt } from './support/document.ts'
import { terminals } from './support/terminal.ts'

const SEEDS = {
  'source-alicloud-billing': '../shared/seeds/000_7548cf1f3099b533.txt',
  'source-aws-billing': '../shared/seeds/001_9918aaff98449fdc.txt',
}
const PAGES = SOURCE_NAMES.flatMap(name => [
  { name, page: SEEDS[name] },
  { name, page: `apps/${name}/README.md` },
])

let clouds: Simulators
let typing: ReturnType<typeof terminals>
let folder: string
beforeEach(async () => {
  clouds = await startSimulators()
  folder = mkdtempSync(join(tmpdir(), 'billow-quick-start-'))
  // A reader's folder, as it is as a rule.
  chmodSync(folder, 0o755)
  typing = terminals(folder)
})
afterEach(async () => {
  typing.close()
  await engine.attempt(['rm', '--all', '--force', '--time', '0'])
  // The next reader begins with an empty ledger.
  await engine.attempt(['volume', 'rm', '--all', '--force'])
  await clouds.close()
})

/** Where the sandbox has no bridge for it, the sink listens on the host's own port instead of a mapped one. */
const mapped =
  (await engine.attempt(['run', '--rm', '--network=bridge', imageOf('sink-display'), '--version'])).code === 0
const reachable = (command: string): string =>
  mapped
    ? command.replace('docker run', 'docker run --network=bridge')
    : command.replace('-p 31081:8080', '--network=host -e CONNECTOR_PORT=31081')

describe.each(PAGES)('the quick start of $name in $page', ({ name, page }) => {
  const document = documentAt(page)
  const typed = document ? test : test.skip

  typed('typed word for word, shows the event of the document, and ends as it says', async () => {
    if (!document) return
    await typing.type(document.command('cat << EOF > config.yml')).ended
    appendFileSync(join(folder, 'config.yml'), `endpoint: ${clouds[SOURCES[name].cloud].url}\n`)
    const sink = typing.type(reachable(document.command('--name sink-display')))
    await sink.saw(/listening|waiting/i)
    const source = typing.type(document.command(`--name ${name}`))
    await source.saw('waiting for the next pull')
    await sink.saw(new RegExp(`"source": "${document.event['source']}".*?^}`, 'ms'))
    const event = shownEvent(sink.shown(), String(document.event['source']))
    expect(Object.keys(event)).toEqual(Object.keys(document.event))
    expect(event).toMatchObject({ source: document.event['source'], type: document.event['type'] })
    expect(Object.keys(event['data'] as object)).toEqual(Object.keys(document.event['data'] as object))
    for (const container of [name, 'sink-display']) expect(await containerOf(container).healthy()).toBe(true)
    expect(await typing.type(document.command('docker stop')).ended).toBe(0)
    expect([await source.ended, await sink.ended]).toEqual([0, 0])
  })
})

test('the quick start of billow, typed word for word, runs both ends in one container', async () => {
  const document = documentAt('apps/billow/README.md')
  if (!document) throw new Error('apps/billow/README.md is missing')
  await typing.type(document.command('cat << EOF > pipeline.yml')).ended
  const file = join(folder, 'pipeline.yml')
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, text.replace('    config:\n', `    config:\n      endpoint: ${clouds.aws.url}\n`))
  const billow = typing.type(document.command('docker run'))
  await billow.saw(/"source": "cloud.aws.billing".*?^}/ms)
  const asked = typing.type(document.command('docker exec'))
  expect(await asked.ended).toBe(0)
  for (const answer of ['is running', '@billow/sink-display', '2', 'Usage'])
    expect(asked.shown()).toContain(answer)
  expect(await typing.type(document.command('docker stop')).ended).toBe(0)
  expect(await billow.ended).toBe(0)
})

/** The first whole event of that source on the terminal. */
function shownEvent(text: string, source: string): Record<string, unknown> {
  const events = [...text.matchAll(/^\{\n.*?^\}/gms)].map(
    ([json]) => JSON.parse(json) as Record<string, unknown>,
  )
  const found = events.find(event => event['source'] === source)
  if (!found) throw new Error(`no event of ${source} in:\n${text}`)
  return found
}
