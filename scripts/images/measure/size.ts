import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Engine } from '../engine.ts'

export interface Size {
  /** Bytes of an image's files beside those of its base. */
  readonly size: number
  /** Bytes that are pulled for them. */
  readonly compressed: number
}

/** What an image has over its base. */
export async function sizeOver(engine: Engine, base: string, image: string): Promise<Size> {
  const [under, whole] = await Promise.all([layersOf(engine, base), layersOf(engine, image)])
  const folder = mkdtempSync(join(engine.place, 'size-'))
  try {
    await engine.podman(['push', '--quiet', '--compress', image, `dir:${folder}`])
    const { layers } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
      layers: readonly { readonly size: number }[]
    }
    const own = layers.slice(under.layers)
    return { size: whole.size - under.size, compressed: own.reduce((sum, { size }) => sum + size, 0) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Bytes of an image's files, unpacked, and the number of its layers. */
export async function layersOf(engine: Engine, image: string): Promise<{ size: number; layers: number }> {
  const [found] = JSON.parse(await engine.podman(['image', 'inspect', image])) as [
    { readonly Size: number; readonly RootFS: { readonly Layers: readonly string[] } },
  ]
  return { size: found.Size, layers: found.RootFS.Layers.length }
}
