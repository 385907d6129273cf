// The whole way on this machine: simulated clouds, both sources, the display sink and the sink of CloudZero, each a
// process of its own. Ends with 0 when the display and CloudZero have what the simulators billed, else with 1.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeError } from '@billow/core'
import { readFlags } from './flags.ts'
import { start } from './processes.ts'
import { billedBy, compare, daysBefore } from './billed.ts'
import { startLossyProxy } from './lossy.ts'
import { isPending, programsIn, type Simulator } from './programs.ts'
import {
  type AnycostSimulator,
  billedSums,
  compareSums,
  receivedSums,
  refusedSums,
  unlike,
} from './streams.ts'
import { createTallies } from './tally.ts'
import { createScreen } from './screen.ts'

const flags = readFlags(process.argv.slice(2))
const DEADLINE_MS = 60_000
/** How often is asked whether all has arrived, and how many times at the most: on the screen, and in CloudZero. */
const LOOK_MS = 100
const LOOKS = { screen: 50, streams: 300 }

/** An interrupted demo leaves nothing behind: what it started ends with it. */
let onInterrupt = (): void => process.exit(1)
process.on('SIGINT', () => onInterrupt()).on('SIGTERM', () => onInterrupt())

const screen = createScreen()
const onLog = screen.log
const folder = mkdtempSync(join(tmpdir(), 'billow-demo-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const programs = programsIn(folder)
const running: { stop(): Promise<number> }[] = []
const tallies = createTallies()

async function demo(): Promise<number> {
  screen.step('Simulators of AWS Cost Explorer, Alibaba Cloud BSS and CloudZero AnyCost Stream')
  const simulators = start('simulators', { script: 'packages/simulators/dist/main.js', args: ['--json'] })
  running.push(simulators)
  const { aws, alicloud, cloudzero } = JSON.parse(await simulators.line(() => true)) as Simulated

  screen.step('The display sink, and the sink of CloudZero, with a stream for USD and one for CNY')
  const display = await programs.display({ onLine: line => screen.received(tallies.add(line)) })
  running.push(display.running)
  const charging = await programs.cloudzero(cloudzero, { onLog })
  running.push(charging.running)
  const target = await lossy(display.url)
  const streams = await lossy(charging.url)

  const [from, to] = daysBefore(flags.days)
  screen.step(`Both sources pull ${flags.days} days, ${from} to ${to}, to each of the sinks, and then run on`)
  const shown = [
    programs.source('source-aws-billing', 'aws', aws, target),
    programs.source('source-alicloud-billing', 'alibaba', alicloud, target),
  ]
  const many = 'batch_size: 50\n'
  const awsCharges = programs.source('source-aws-billing', 'aws-charges', aws, streams, many)
  const alibabaCharges = programs.source(
    'source-alicloud-billing',
    'alibaba-charges',
    alicloud,
    streams,
    many,
  )
  const pulls = await Promise.all([
    ...[...shown, awsCharges].map(source => source.backfill(from, to, { onLog })),
    // It warns of charges in JPY, which have no stream: that is told at the end.
    alibabaCharges.backfill(from, to, {}),
  ])
  if (pulls.some(code => code !== 0)) return fail('a backfill did not end well')
  const sources = shown.map(source => source.run({ onLog }))
  running.push(...sources)
  await Promise.all(sources.map(({ log }) => log(line => line.includes('waiting for the next pull'))))

  const billed = await Promise.all([
    billedBy('cloud.aws.billing', aws.url, from, to),
    billedBy('cloud.alibaba.billing', alicloud.url, from, to),
  ])
  await settled(LOOKS.screen, async () => compare(billed, tallies.all).length === 0)
  screen.firstEvents([...tallies.all.values()])
  screen.totals(billed, tallies.all)
  const differences = compare(billed, tallies.all)
  if (differences.length === 0)
    screen.say('What the display received is what the clouds billed, to the last digit.')

  await settled(LOOKS.streams, async () => !(await isPending(charging.url)))
  const due = await billedSums([aws.url, alicloud.url], from, to)
  const compared = compareSums(due, await receivedSums(cloudzero, from, to))
  const refused = refusedSums(await alibabaCharges.deadLetters())
  screen.streams(compared, refused)
  differences.push(...compared.flatMap(({ differences }) => differences), ...unlike(due, refused))
  if (differences.length > 0) return fail(differences.join('\n'))
  screen.say('What CloudZero has is what the clouds billed, to the last digit, by currency, day and service.')
  if (flags.keep) {
    screen.say(
      `\nStill running: AWS ${aws.url}, Alibaba Cloud ${alicloud.url}, CloudZero ${cloudzero.url}, display ${target}, sink of CloudZero ${streams}. Ctrl-C ends all.`,
    )
    await new Promise<void>(resolve => {
      onInterrupt = resolve
    })
  }
  return 0
}

interface Simulated {
  readonly aws: Simulator
  readonly alicloud: Simulator
  readonly cloudzero: AnycostSimulator
}

/** The way to a sink; with `--lose` one on which a request is swallowed. */
async function lossy(target: string): Promise<string> {
  if (flags.lose === undefined) return target
  const proxy = await startLossyProxy(target, flags.lose)
  running.push({ stop: async () => (proxy.close(), 0) })
  return proxy.url
}

/** Waits until all has arrived, at most some seconds: what was acknowledged may still be on its way. */
async function settled(looks: number, done: () => Promise<boolean>): Promise<void> {
  for (let look = 0; look < looks && !(await done()); look += 1)
    await new Promise(resolve => setTimeout(resolve, LOOK_MS))
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
