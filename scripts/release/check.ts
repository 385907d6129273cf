// A release, tried: every package is packed, published to a registry on this machine, installed alone by npm in an empty
// folder, and used there; `release:check core cli` tries only these two. Ends with 1 where a package is not as its users need it. See docs/releasing.md.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { parseClock } from '@billow/core'
import { startSimulators } from '@billow/simulators'
import { writeMeasured } from '../docs/measured.ts'
import { overBudget } from './budgets.ts'
import { type Installed, installAlone, sizeOf } from './install.ts'
import { leaks } from './leaks.ts'
import { type Packed, packAll } from './pack.ts'
import { ROOT, releaseVersion } from './packages.ts'
import { publishAll } from './publish.ts'
import { startRegistry } from './registry.ts'
import { type Cost, costOf, table } from './report.ts'
import { checkTypes, publintFaults } from './shape.ts'
import { openTools, type Tools } from './tools.ts'
import { use } from './use.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    /** Puts the table into docs/packages.md. */
    write: { type: 'boolean', default: false },
    /** Where the tarballs are left. */
    tarballs: { type: 'string', default: join(ROOT, '.cache/release') },
  },
})

if (values.write && positionals.length > 0) {
  console.error('--write writes the whole table: give it no package')
  process.exit(64)
}

const started = performance.now()
const say = (text: string): unknown =>
  process.stderr.write(`${((performance.now() - started) / 1000).toFixed(0).padStart(4)} s  ${text}\n`)
const faults: string[] = []
const fault = (name: string, what: string): void => {
  faults.push(`${name}: ${what}`)
  say(`FAILED  ${name}: ${what}`)
}

const work = mkdtempSync(join(tmpdir(), 'billow-release-'))
process.on('exit', () => rmSync(work, { recursive: true, force: true }))

say(`packing version ${releaseVersion()}`)
const packed = await packAll(values.tarballs)
const tools = await openTools()
for (const missing of tools.missing) say(`not tried: ${missing}`)

const [registry, simulators] = await Promise.all([
  startRegistry(),
  startSimulators({ seed: 1, clock: parseClock('2024-05-15') }),
])
const costs: Cost[] = []
try {
  const options = { registry: registry.url, say: () => undefined }
  const now = await publishAll(packed, options)
  const again = await publishAll(packed, options)
  say(`${now.length} of ${packed.length} packages published; ${again.length} when it was done again`)
  if (now.length !== packed.length || again.length > 0)
    fault('publish', 'a second run is to find all of them published')
  // Two at once: npm waits for the network, the compilers for a core.
  const queue = packed.filter(
    ({ name }) => positionals.length === 0 || positionals.some(only => name.endsWith(`/${only}`)),
  )
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) await check(next, tools)
  }
  await Promise.all([worker(), worker()])
} finally {
  await Promise.all([registry.close(), simulators.close()])
}

async function check(one: Packed, tools: Tools): Promise<void> {
  const { name, folder } = one
  const step = async <T>(what: string, run: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await run()
    } catch (error) {
      fault(name, `${what} ${(error as Error).message}`)
      return undefined
    }
  }
  for (const leak of leaks(one)) fault(name, leak)
  for (const found of (await step('publint:', () => publintFaults(one))) ?? []) fault(name, found)
  await step('types:', () => checkTypes(one))
  const installed: Installed | undefined = await step('installed:', () =>
    installAlone(one, registry.url, join(work, name.replace('@billow/', ''))),
  )
  if (!installed) return
  for (const over of overBudget(installed)) fault(name, over)
  costs.push(costOf(installed, sizeOf(folder)))
  await step('used', () =>
    use(installed, tools, { AWS: simulators.aws.url, ALICLOUD: simulators.alicloud.url }),
  )
  say(`${name}: ${installed.tree.length} packages`)
}

costs.sort((a, b) => (a.package < b.package ? -1 : 1))
const tried = [...tools.nodes, ...tools.compilers].map(({ name }) => name).join(', ')
if (values.write)
  writeMeasured(join(ROOT, 'docs/packages.md'), 'npx pnpm@12 release:check --write', table(costs))
if (values.json) console.log(JSON.stringify({ tried, packages: costs, faults }, null, 2))
else console.log(`\n${table(costs)}\n\nEach was installed alone and used with ${tried}.`)
if (faults.length > 0) console.error(`\n${faults.length} faults:\n${faults.join('\n')}`)
process.exitCode = faults.length > 0 ? 1 : 0
