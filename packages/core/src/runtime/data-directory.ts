import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { ConfigError, describeError } from '../errors.ts'
import type { StoreConfig } from './store-config.ts'

export interface DataFiles {
  readonly directory: string
  /** The SQLite file of the state. */
  readonly store: string
}

/** Where state and socket are. An empty variable counts as not set. */
export function dataDirectory(env: NodeJS.ProcessEnv): string {
  return resolve(env['BILLOW_DATA_DIR'] || '.billow')
}

/** Finds the data directory, makes it, and proves that it can be written. */
export function prepareDataFiles(env: NodeJS.ProcessEnv, { type, store_file }: StoreConfig): DataFiles {
  const directory = dataDirectory(env)
  const store = store_file === undefined ? join(directory, 'billow.db') : resolve(store_file)
  // Without a file the directory is still where the socket is.
  const inFile = type === 'file'
  for (const place of new Set(inFile ? [directory, dirname(store)] : [directory])) {
    try {
      makeDirectory(place)
      if (!statSync(place).isDirectory()) throw new Error('it is a file')
      accessSync(place, constants.W_OK)
    } catch (error) {
      throw new ConfigError(
        `store_config: the directory "${place}" cannot be written (${describeError(error)}); ` +
          'make it writable for this user, or set BILLOW_DATA_DIR or store_config.store_file to a place that is',
      )
    }
  }
  try {
    if (inFile && existsSync(store)) accessSync(store, constants.R_OK | constants.W_OK)
  } catch (error) {
    throw new ConfigError(
      `store_config: the file "${store}" cannot be written (${describeError(error)}); ` +
        'give it to this user, or set BILLOW_DATA_DIR or store_config.store_file to another place',
    )
  }
  return { directory, store }
}

/** Step by step: the recursive form of `mkdir` never returns for some places, such as below /proc. */
function makeDirectory(place: string): void {
  if (existsSync(place)) return
  makeDirectory(dirname(place))
  try {
    mkdirSync(place)
  } catch (error) {
    // Another process may have been first.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}
