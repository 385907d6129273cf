// Long runs of the real programs under faults. Ends with 1 when a promise was broken.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { printCharges } from './charges/print.ts'
import { soakCharges } from './charges/soak.ts'
import { type ChargeFlags, type KillFlags, type MemoryFlags, readFlags } from './flags.ts'
import { printKills } from './kills/print.ts'
import { soakKills } from './kills/soak.ts'
import { csv, svg, textChart } from './memory/curve.ts'
import { printMemory } from './memory/print.ts'
import { soakMemory } from './memory/soak.ts'
import { seededRandom } from './random.ts'

const { stdout, stderr } = process
const print = (line: string): void => void stdout.write(`${line}\n`)
const onProgress = (text: string): void => {
  if (stderr.isTTY) stderr.write(`\r\u001B[2K${text}`)
}

function write(folder: string, file: string, report: object): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, file), `${JSON.stringify(report, null, 2)}\n`)
}

async function kills({ json, out, ...options }: KillFlags): Promise<readonly string[]> {
  const report = await soakKills({ ...options, onProgress })
  onProgress('')
  if (out !== undefined) write(out, 'kills.json', report)
  if (json) print(JSON.stringify(report))
  else printKills(report, print)
  return report.faults
}

async function charges({ json, out, ...options }: ChargeFlags): Promise<readonly string[]> {
  const report = await soakCharges({ ...options, onProgress })
  onProgress('')
  if (out !== undefined) write(out, 'charges.json', report)
  if (json) print(JSON.stringify(report))
  else printCharges(report, print)
  return report.faults
}

async function memory({ json, seed, minutes, out, broken }: MemoryFlags): Promise<readonly string[]> {
  const { samples, ...report } = await soakMemory({
    minutes,
    leak: broken === 'leak',
    random: seededRandom(seed),
    onSample: ({ seconds, rssBytes, delivered }) =>
      onProgress(`${seconds.toFixed(0)} s, ${(rssBytes / 2 ** 20).toFixed(0)} MB, ${delivered} events`),
  })
  onProgress('')
  if (out !== undefined) {
    write(out, 'memory.json', { seed, ...report })
    writeFileSync(join(out, 'memory.csv'), csv(samples))
    writeFileSync(join(out, 'memory.svg'), svg(samples, `Memory in ${minutes} minutes of load`))
  }
  if (json) print(JSON.stringify({ seed, ...report }))
  else printMemory(report, textChart(samples), print)
  return report.faults
}

// An interrupted soak leaves no subject behind.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1))

const flags = readFlags(process.argv.slice(2))
if (!flags.json) print(`seed ${flags.seed}`)
const run = (): Promise<readonly string[]> => {
  if (flags.what === 'memory') return memory(flags)
  return flags.what === 'charges' ? charges(flags) : kills(flags)
}
const faults = await run()
process.exitCode = faults.length > 0 ? 1 : 0
