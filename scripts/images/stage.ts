import { chmodSync, cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type App, ROOT } from './apps.ts'

/**
 * Lays out `image/` in the app's folder: what its image has beside the base, each folder with its mode, which git does
 * not keep and a Dockerfile cannot say. Returns the folder.
 */
export function stage({ name, folder, version }: App): string {
  const built = join(folder, 'dist')
  if (!existsSync(join(built, 'main.js')))
    throw new Error(`apps/${name}/dist/main.js is missing: run "npx pnpm@12 build" first`)
  const image = join(folder, 'image')
  rmSync(image, { recursive: true, force: true })
  for (const place of ['', 'app', 'vanus-connect', 'vanus-connect/config', 'var', 'var/lib']) {
    mkdirSync(join(image, place), { recursive: true })
    chmodSync(join(image, place), 0o755)
  }
  // Writable for any user: OpenShift gives each namespace its own.
  mkdirSync(join(image, 'var/lib/billow'))
  chmodSync(join(image, 'var/lib/billow'), 0o1777)
  cpSync(built, join(image, 'app'), { recursive: true })
  cpSync(join(ROOT, 'LICENSE'), join(image, 'app/LICENSE'))
  writeFileSync(
    join(image, 'app/package.json'),
    `${JSON.stringify({ name, version, type: 'module', license: 'Apache-2.0' }, undefined, 2)}\n`,
  )
  return image
}
