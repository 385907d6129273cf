import { statSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type AnyConnector, describeError } from '@billow/core'
import { connectorOf, schemaFault, showablePath } from '@billow/core/program'
import { moduleResolve } from 'import-meta-resolve'

/** A connector that a name stands for, or why there is none, in words that follow `found "name", `. */
export type Found =
  | { readonly connector: AnyConnector; readonly module: unknown }
  | { readonly problem: string; readonly missing?: true }

/** Where names of packages are looked up. */
export interface Place {
  /** The folder from which installed packages are seen. */
  readonly directory: string
  /** Packages that are part of the program, by their name: how to load each. */
  readonly builtIn: Readonly<Record<string, () => Promise<unknown>>>
  /** That of the program, and so of what is built in. */
  readonly version: string
}

const CONDITIONS = new Set(['node', 'import'])
const PACKAGE = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/

/** Whether a name may be shown: what does not look like one may be a secret in the wrong place. */
export const showable = (name: string): boolean => showablePath(name.replace(/^@|^\.{1,2}(?=\/)/, ''))

const isPath = (name: string): boolean => /^\.{1,2}\//.test(name) || isAbsolute(name)

/**
 * Loads a connector: a package by its name, as seen from the directory, else from this program, else built in; or a
 * module by its path, which begins with `./`, `../` or `/`. It is what the module exports as default.
 */
export async function findConnector(name: string, place: Place): Promise<Found> {
  if (!isPath(name) && !PACKAGE.test(name)) {
    return {
      problem:
        'which is no name of a package; allowed is one such as @billow/sink-display, or a path such as ./my-source.js',
    }
  }
  const path = isPath(name) ? resolve(place.directory, name) : undefined
  const kind = path === undefined ? undefined : statSync(path, { throwIfNoEntry: false })
  if (kind?.isDirectory()) return { problem: 'which is a folder; name the module in it' }
  const load = path === undefined ? packageIn(place, name) : kind && importing(pathToFileURL(path))
  if (load === undefined) {
    const problem =
      path === undefined
        ? notFound(name, Object.keys(place.builtIn))
        : 'which does not exist; a relative path starts at the folder of this file'
    return { problem, missing: true }
  }
  try {
    const module = await load()
    const connector = connectorOf(module)
    const fault = connector && schemaFault(connector.config)
    if (fault !== undefined) {
      return { problem: `whose config schema cannot be used, which its author must mend: ${fault}` }
    }
    if (connector) return { connector, module }
    return {
      problem:
        'which is no connector: its default export must be a source or a sink (an object with name, config, and read or open)',
    }
  } catch (error) {
    return { problem: `which cannot be loaded: ${describeError(error)}` }
  }
}

type Load = () => Promise<unknown>

const importing =
  (url: URL): Load =>
  () =>
    import(url.href)

/** What somebody installed wins over what is built in. */
function packageIn({ directory, builtIn }: Place, name: string): Load | undefined {
  for (const parent of [pathToFileURL(`${resolve(directory)}/`), new URL(import.meta.url)]) {
    try {
      return importing(moduleResolve(name, parent, CONDITIONS))
    } catch {
      // Not to be seen from there.
    }
  }
  return Object.hasOwn(builtIn, name) ? builtIn[name] : undefined
}

function notFound(name: string, builtIn: readonly string[]): string {
  if (builtIn.length > 0) {
    return `which is neither installed beside this file or the program, nor built in; built in are ${builtIn.join(', ')}`
  }
  return `which is not installed; ${showable(name) ? `run \`npm install ${name}\`` : 'install it with npm'}`
}
