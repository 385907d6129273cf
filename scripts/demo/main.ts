// The whole way on this machine: simulated clouds, both sources and the display sink, each a process of its own.
// Ends with 0 when what the display received is what the simulators billed, else with 1.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeError } from '@billow/core'
import { readFlags } from './flags.ts'
import { start } from './processes.ts'
import { billedBy, compare, daysBefore } from './billed.ts'
import { startLossyProxy } from './lossy.ts'
import { createTallies } from './tally.ts'
import { createScreen } from './screen.ts'

const flags = readFlags(process.argv.slice(2))
const DEADLINE_MS = 60_000

/** An interrupted demo leaves nothing behind: what it started ends with it. */
let onInterrupt = (): void => process.exit(1)
process.on('SIGINT', () => onInterrupt()).on('SIGTERM', () => onInterrupt())

const screen = createScreen()
const folder = mkdtempSync(join(tmpdir(), 'billow-demo-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const running: { stop(): Promise<number> }[] = []
const tallies = createTallies()

async function demo(): Promise<number> {
  screen.step('Simulators of AWS Cost Explorer and Alibaba Cloud BSS')
  const simulators = start('simulators', { script: 'packages/simulators/dist/main.js', args: ['--json'] })
  running.push(simulators)
  const urls = JSON.parse(await simulators.line(() => true)) as Record<'aws' | 'alicloud', Simulator>

  screen.step('The display sink')
  const display = start('sink-display', {
    script: 'apps/sink-display/dist/main.js',
    env: {
      CONNECTOR_CONFIG: write('sink-display.yml', 'format: compact\n'),
      CONNECTOR_PORT: '0',
      BILLOW_DATA_DIR: join(folder, 'sink-display'),
    },
    onLine: line => screen.received(tallies.add(line)),
  })
  running.push(display)
  const listening = await display.log(line => line.includes('"listening"'))
  const { port } = JSON.parse(listening) as { port: number }
  let target = `http://127.0.0.1:${port}`
  if (flags.lose !== undefined) {
    const proxy = await startLossyProxy(target, flags.lose)
    running.push({ stop: async () => (proxy.close(), 0) })
    target = proxy.url
  }

  const [from, to] = daysBefore(flags.days)
  screen.step(`Both sources pull ${flags.days} days, ${from} to ${to}, and then run on`)
  const clouds = [
    cloud('source-aws-billing', urls.aws, target),
    cloud('source-alicloud-billing', urls.alicloud, target),
  ]
  const pulls = await Promise.all(clouds.map(pull => pull.backfill(from, to)))
  if (pulls.some(code => code !== 0)) return fail('a backfill did not end well')
  const sources = clouds.map(({ run }) => run())
  running.push(...sources)
  await Promise.all(sources.map(({ log }) => log(line => line.includes('waiting for the next pull'))))

  const billed = await Promise.all([
    billedBy('cloud.aws.billing', urls.aws.url, from, to),
    billedBy('cloud.alibaba.billing', urls.alicloud.url, from, to),
  ])
  await settled(() => compare(billed, tallies.all).length === 0)
  screen.firstEvents([...tallies.all.values()])
  const differences = compare(billed, tallies.all)
  screen.totals(billed, tallies.all)
  if (differences.length > 0) return fail(differences.join('\n'))
  screen.say('What the display received is what the clouds billed, to the last digit.')
  if (flags.keep) {
    screen.say(
      `\nStill running: AWS ${urls.aws.url}, Alibaba Cloud ${urls.alicloud.url}, display ${target}. Ctrl-C ends all.`,
    )
    await new Promise<void>(resolve => {
      onInterrupt = resolve
    })
  }
  return 0
}

interface Simulator {
  readonly url: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** A source with its configuration, in the form of its document with an `endpoint`. */
function cloud(name: string, { url, accessKeyId, secretAccessKey }: Simulator, target: string) {
  const config = write(
    `${name}.yml`,
    `target: ${target}\nendpoint: ${url}\nsecret:\n  access_key_id: ${accessKeyId}\n  secret_access_key: ${secretAccessKey}\n`,
  )
  const script = `apps/${name}/dist/main.js`
  const env = { CONNECTOR_CONFIG: config, BILLOW_DATA_DIR: join(folder, name) }
  return {
    backfill: (from: string, to: string) =>
      start(name, { script, args: ['pull', '--from', from, '--to', to, '--yes'], env, onLog: screen.log })
        .ended,
    run: () => start(name, { script, env, onLog: screen.log }),
  }
}

function write(file: string, text: string): string {
  const path = join(folder, file)
  writeFileSync(path, text)
  return path
}

/** Waits until all has arrived, at most some seconds: what was acknowledged may still be on its way to the screen. */
async function settled(done: () => boolean): Promise<void> {
  for (let round = 0; round < 50 && !done(); round += 1)
    await new Promise(resolve => setTimeout(resolve, 100))
}

function fail(why: string): number {
  screen.say(`\nFAILED: ${why}`)
  return 1
}

const deadline = setTimeout(() => {
  if (flags.keep) return
  screen.say('\nFAILED: not done within a minute')
  process.exitCode = 1
  void end()
}, DEADLINE_MS)

async function end(): Promise<void> {
  clearTimeout(deadline)
  const codes = await Promise.all(running.toReversed().map(program => program.stop()))
  if (codes.some(code => code !== 0)) {
    screen.say('FAILED: a process did not end with 0')
    process.exitCode = 1
  }
}

try {
  process.exitCode = await demo()
} catch (error) {
  process.exitCode = fail(describeError(error))
} finally {
  await end()
}
