import { randomUUID } from 'node:crypto'
import { statSync } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { describeError, UsageError } from '@billow/core'

type Chunks = AsyncIterable<string | Uint8Array>

/** Where an export goes. */
export interface Output {
  /** Resolves when all of it is there. */
  write(chunks: Chunks): Promise<void>
  /** Leaves nothing of what is not whole. */
  close(): Promise<void>
}

/** Into a file: under another name beside it, until all of it is on the disk. */
export async function openFile(path: string): Promise<Output> {
  const part = `${path}.${randomUUID().slice(0, 8)}.part`
  const handle = await create(part, path)
  return {
    async write(chunks) {
      await handle.writeFile(chunks)
      await handle.sync()
      await rename(part, path)
      await syncFolder(dirname(path))
    },
    async close() {
      await handle.close()
      await rm(part, { force: true })
    },
  }
}

async function create(part: string, path: string): Promise<FileHandle> {
  try {
    const found = statSync(path, { throwIfNoEntry: false })
    if (found && !found.isFile()) throw new Error(found.isDirectory() ? 'it is a folder' : 'it is no file')
    return await open(part, 'wx')
  } catch (error) {
    throw new UsageError(`--out: "${path}" cannot be written: ${describeError(error)}`)
  }
}

/** That a file has a new name is in its folder. Windows opens none. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** To stdout, as fast as it is taken. */
export const toStdout = (stdout: NodeJS.WritableStream): Output => ({
  write: chunks => pipeline(chunks, stdout, { end: false }),
  close: async () => undefined,
})
