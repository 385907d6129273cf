import { statSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type AnyConnector, describeError } from '@billow/core'
import { connectorOf, schemaFault, showablePath } from '@billow/core/program'
import { moduleResolve } from 'import-meta-resolve'

/** A connector that a name stands for, or why there is none, in words that follow `found "name", `. */
export type Found =
  | { readonly connector: AnyConnector }
  | { readonly problem: string; readonly missing?: true }

const CONDITIONS = new Set(['node', 'import'])
const PACKAGE = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/

/** Whether a name may be shown: what does not look like one may be a secret in the wrong place. */
export const showable = (name: string): boolean => showablePath(name.replace(/^@|^\.{1,2}(?=\/)/, ''))

const isPath = (name: string): boolean => /^\.{1,2}\//.test(name) || isAbsolute(name)

/**
 * Loads a connector: a package by its name, as seen from `directory` and else from this package, or a module by its
 * path, which begins with `./`, `../` or `/`. It is what the module exports as default.
 */
export async function findConnector(name: string, directory: string): Promise<Found> {
  if (!isPath(name) && !PACKAGE.test(name)) {
    return {
      problem:
        'which is no name of a package; allowed is one such as @billow/sink-display, or a path such as ./my-source.js',
    }
  }
  const path = isPath(name) ? resolve(directory, name) : undefined
  const kind = path === undefined ? undefined : statSync(path, { throwIfNoEntry: false })
  if (kind?.isDirectory()) return { problem: 'which is a folder; name the module in it' }
  const url = path === undefined ? packageAt(name, directory) : kind && pathToFileURL(path)
  if (url === undefined) {
    const problem =
      path === undefined
        ? `which is not installed; ${showable(name) ? `run \`npm install ${name}\`` : 'install it with npm'}`
        : 'which does not exist; a relative path starts at the folder of this file'
    return { problem, missing: true }
  }
  try {
    const connector = connectorOf(await import(url.href))
    const fault = connector && schemaFault(connector.config)
    if (fault !== undefined) {
      return { problem: `whose config schema cannot be used, which its author must mend: ${fault}` }
    }
    if (connector) return { connector }
    return {
      problem:
        'which is no connector: its default export must be a source or a sink (an object with name, config, and read or open)',
    }
  } catch (error) {
    return { problem: `which cannot be loaded: ${describeError(error)}` }
  }
}

function packageAt(name: string, directory: string): URL | undefined {
  for (const parent of [pathToFileURL(`${resolve(directory)}/`), new URL(import.meta.url)]) {
    try {
      return moduleResolve(name, parent, CONDITIONS)
    } catch {
      // Not to be seen from there.
    }
  }
  return undefined
}
