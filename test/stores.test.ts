import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { newPlace, ROOT } from './support/app.ts'
import { CLOCK, documentConfig, SOURCES } from './support/clouds.ts'

const { keys } = SOURCES['source-aws-billing']
const NOWHERE = 'http://127.0.0.1:1'
const POSTGRES = 'store_config:\n  type: postgres\n  url: postgres://billow:geheim-wort@127.0.0.1:1/billow\n'

/** In this workspace the store is beside core; where npm installs core, it is not. */
const APART = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module'
  registerHooks({
    resolve(name, context, next) {
      if (name === '@billow/state-postgres' && context.parentURL.includes('/packages/core/'))
        throw Object.assign(new Error(name), { code: 'ERR_MODULE_NOT_FOUND' })
      return next(name, context)
    },
  })
`)}`

/** The program of the package, as npm installs it: nothing is bundled. */
async function runPackage(folder: string): Promise<{ code: number; stderr: string }> {
  const bin = join(ROOT, 'packages/source-aws-billing/src/bin.ts')
  const child = spawn(
    process.execPath,
    ['--conditions=billow-source', '--import', APART, bin, 'days', ...CLOCK],
    {
      cwd: folder,
      env: { CONNECTOR_CONFIG: join(folder, 'config.yml'), BILLOW_DATA_DIR: join(folder, 'data') },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  let stderr = ''
  child.stderr.on('data', chunk => {
    stderr += chunk
  })
  const [code] = (await once(child, 'close')) as [number]
  return { code, stderr }
}

test('the package of the PostgreSQL store is found beside the program or in the project, or the message says how to install it', async () => {
  const place = newPlace()
  place.config(documentConfig(keys, NOWHERE, NOWHERE) + POSTGRES)
  const missing = await runPackage(place.folder)
  expect(missing.code).toBe(78)
  expect(missing.stderr).toContain('npm install @billow/state-postgres')
  mkdirSync(join(place.folder, 'node_modules/@billow'), { recursive: true })
  const link = join(place.folder, 'node_modules/@billow/state-postgres')
  symlinkSync(join(ROOT, 'packages/state-postgres'), link)
  const found = await runPackage(place.folder)
  expect(found.code).toBe(75)
  expect(found.stderr).toMatch(/^the state in postgres:\/\/127\.0\.0\.1:1\/billow cannot be used/)
  expect(found.stderr).not.toContain('geheim-wort')
})

test('with the type memory nothing is on the disk, and the log says what that means', async () => {
  const place = newPlace()
  place.config(`${documentConfig(keys, NOWHERE, NOWHERE)}store_config:\n  type: memory\n`)
  const { code, stderr, stdout } = await place.run('source-aws-billing', ['days', ...CLOCK])
  expect(code).toBe(0)
  expect(stdout).toContain('The ledger is empty')
  expect(stderr).toContain('nothing is kept: a restart begins anew')
  expect(existsSync(join(place.folder, 'data/billow.db'))).toBe(false)
})
