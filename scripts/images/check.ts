import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type App, ROOT } from './apps.ts'
import { HERE, OTHER, withImages } from './prepare.ts'

/**
 * Builds the images, for this machine and for the other architecture, and runs the tests of test/images on them.
 * Resolves to the exit code; where no engine can be had, says why and resolves to 0.
 */
export async function check(
  apps: readonly App[],
  { mayInstall }: { readonly mayInstall: boolean },
): Promise<number> {
  const code = await withImages(apps, { mayInstall, architectures: [HERE, OTHER] }, ({ engine, signal }) =>
    jest(engine.place, signal),
  )
  if (typeof code === 'number') return code
  console.log(`images are not tested: ${code.missing}`)
  return 0
}

async function jest(place: string, signal: AbortSignal): Promise<number> {
  const words = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning']
  const child = spawn(
    process.execPath,
    [...words, 'node_modules/jest/bin/jest.js', '--config', 'jest/images.config.mjs'],
    { cwd: ROOT, stdio: 'inherit', env: { ...process.env, BILLOW_IMAGES: place, TMPDIR: place }, signal },
  )
  const [code] = (await once(child, 'close')) as [number | null]
  return code ?? 1
}
