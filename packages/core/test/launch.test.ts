import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'

/** Gets a SIGHUP while it loads, then does this. */
const program = (then: string): string => `
import { start } from ${JSON.stringify(join(import.meta.dirname, '../src/launch.ts'))}
await start(async () => {
  process.kill(process.pid, 'SIGHUP')
  await new Promise(resolve => setTimeout(resolve, 50))
  return async () => { ${then} }
})
`

async function endOf(then: string): Promise<{ code: number | null; signal: string | null; said: string }> {
  const child = spawn(
    process.execPath,
    ['--conditions=billow-source', '--input-type=module', '--eval', program(then)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  return new Promise(resolve => child.on('close', (code, signal) => resolve({ code, signal, said })))
}

test('SIGHUP while a program loads does not end it', async () => {
  expect(await endOf("process.stdout.write('loaded'); return 3")).toEqual({
    code: 3,
    signal: null,
    said: 'loaded',
  })
})

test('SIGHUP ends a command that does not follow it, as when the terminal is closed', async () => {
  const waits =
    "process.kill(process.pid, 'SIGHUP'); await new Promise(resolve => setTimeout(resolve, 60_000)); return 0"
  expect(await endOf(`await null; ${waits}`)).toMatchObject({ code: null, signal: 'SIGHUP' })
})

test('a reader that is slow gets all that a program printed', async () => {
  const bytes = 4_000_000
  const launch = JSON.stringify(join(import.meta.dirname, '../src/launch.ts'))
  const program = `import { start } from ${launch}
    await start(async () => async ({ streams }) => (streams.stdout.write('x'.repeat(${bytes})), 0))`
  const child = spawn(
    process.execPath,
    ['--conditions=billow-source', '--input-type=module', '--eval', program],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  // Longer than a program lingers: most of what it printed is still on its way then.
  await new Promise(resolve => setTimeout(resolve, 2500))
  let read = 0
  for await (const chunk of child.stdout) read += (chunk as Buffer).length
  expect(read).toBe(bytes)
})
