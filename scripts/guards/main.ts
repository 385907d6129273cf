// Takes away each guard against the sixteen pains, in a copy of the tree, and sees that pain's test fail.
// `guards 13a` does so for one pain; `guards --check` only proves that each guard and each test is where the table says.
// Ends with 1 where one is not.
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Guard, GUARDS } from './guards.ts'
import { checkGuard, nameOf, without } from './patch.ts'
import { copyTree, ROOT } from './tree.ts'

const TEST_MS = 5000

function jest(root: string, { pain, test }: Guard): { passed: number; failed: number; output: string } {
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning']
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      ...flags,
      join(ROOT, 'node_modules/jest/bin/jest.js'),
      '--rootDir',
      root,
      '-t',
      nameOf(pain),
      test,
      '--json',
      '--testTimeout',
      String(TEST_MS),
    ],
    { cwd: root, encoding: 'utf8' },
  )
  const report = stdout.split('\n').find(line => line.startsWith('{"num'))
  if (!report) return { passed: 0, failed: 0, output: stdout + stderr }
  const { numPassedTests, numFailedTests } = JSON.parse(report) as Record<string, number>
  return { passed: numPassedTests ?? 0, failed: numFailedTests ?? 0, output: stdout + stderr }
}

const checkOnly = process.argv.includes('--check')
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')
const only = process.argv.find(word => /^\d+[a-z]?$/.test(word))
const guards = GUARDS.filter(({ pain }) => only === undefined || pain === only)
const faults = GUARDS.flatMap(guard => checkGuard(guard, read))

if (!checkOnly && faults.length === 0) {
  const tree = copyTree()
  try {
    for (const guard of guards) {
      const file = join(tree.root, guard.file)
      const text = readFileSync(file, 'utf8')
      const whole = jest(tree.root, guard)
      writeFileSync(file, without(guard, text))
      const broken = jest(tree.root, guard)
      writeFileSync(file, text)
      const good = whole.passed > 0 && whole.failed === 0 && broken.failed > 0
      console.log(
        `pain ${guard.pain.padEnd(4)} ${good ? 'its test turns red' : 'NOT GUARDED'}   ${guard.what}`,
      )
      if (!good)
        faults.push(
          `pain ${guard.pain}: with its guard ${whole.passed} tests passed and ${whole.failed} failed, without it ${broken.failed} failed\n${whole.failed > 0 || whole.passed === 0 ? whole.output : ''}`,
        )
    }
  } finally {
    tree.remove()
  }
}
for (const fault of faults) console.error(`FAILED: ${fault}`)
process.exitCode = faults.length > 0 ? 1 : 0
