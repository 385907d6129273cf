// Long runs of the real programs under faults. Ends with 1 when a promise was broken.
import { readFlags } from './flags.ts'
import { printMemory } from './memory/print.ts'
import { soakMemory } from './memory/soak.ts'
import { seededRandom } from './random.ts'

const flags = readFlags(process.argv.slice(2))
const { stdout, stderr } = process
const print = (line: string): void => void stdout.write(`${line}\n`)
const progress = (text: string): void => {
  if (stderr.isTTY) stderr.write(`\r\u001B[2K${text}`)
}

if (!flags.json) print(`seed ${flags.seed}`)
const report = await soakMemory({
  minutes: flags.minutes,
  leak: flags.broken === 'leak',
  out: flags.out,
  random: seededRandom(flags.seed),
  onSample: ({ seconds, rssBytes, delivered }) =>
    progress(`${seconds.toFixed(0)} s, ${(rssBytes / 2 ** 20).toFixed(0)} MB, ${delivered} events`),
})
progress('')
if (flags.json) print(JSON.stringify({ seed: flags.seed, ...report, chart: undefined }))
else printMemory(report, print)
process.exitCode = report.faults.length > 0 ? 1 : 0
