import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
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
  for (const place of ['app', 'vanus-connect/config', 'var/lib/billow'])
    mkdirSync(join(image, place), { recursive: true })
  cpSync(built, join(image, 'app'), { recursive: true })
  cpSync(join(ROOT, 'LICENSE'), join(image, 'app/LICENSE'))
  writeFileSync(
    join(image, 'app/package.json'),
    `${JSON.stringify({ name, version, type: 'module', license: 'Apache-2.0' }, undefined, 2)}\n`,
  )
  openToAll(image)
  // Writable for any user: OpenShift gives each namespace its own.
  chmodSync(join(image, 'var/lib/billow'), 0o1777)
  return image
}

/** Whoever runs the program may read it, also where the mask of who built it keeps files for their owner. */
function openToAll(folder: string): void {
  chmodSync(folder, 0o755)
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) openToAll(path)
    else chmodSync(path, 0o644)
  }
}
