import { join } from 'node:path'
import { ConfigError, Retryable } from '../errors.ts'
import { lockFile } from '../state/lock-file.ts'
import { createAdminServer, type Watch } from '../http/index.ts'
import { ask } from './ask.ts'

/** Unix sockets have short names: 104 bytes on macOS, 108 on Linux, a final zero included. */
const LONGEST_PATH = 103

/**
 * Listens on a socket in the data directory, so that `health` can ask. Who may work on a connector is not decided
 * here but by its lease.
 * @throws Retryable when another process is there.
 */
export async function announce(
  directory: string,
  name: string,
  watch: Watch,
): Promise<{ close(): Promise<void> }> {
  const path = join(directory, `${name}.sock`)
  if (Buffer.byteLength(path) > LONGEST_PATH) {
    throw new ConfigError(
      `BILLOW_DATA_DIR: found "${directory}", which is too long for the socket in it; allowed are ${LONGEST_PATH - Buffer.byteLength(`/${name}.sock`)} bytes`,
    )
  }
  // The socket alone does not decide: two processes that find the same dead one would both take it over.
  const unlock = lockFile(join(directory, `${name}.lock`))
  if (!unlock) {
    const other = await ask(path)
    throw new Retryable(
      `${name} is running already with the data directory "${directory}" (process ${other?.pid ?? 'unknown'}); stop it first, or give another BILLOW_DATA_DIR`,
    )
  }
  try {
    // A socket that a killed process left behind is taken over.
    const server = await createAdminServer({ ...watch, at: { path } })
    return { close: () => server.close().finally(unlock) }
  } catch (error) {
    unlock()
    throw error
  }
}
