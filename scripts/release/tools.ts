import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './packages.ts'
import { run } from './run.ts'

/** What only this check needs, with a lockfile of its own: nobody else pays for it. */
export const TOOLS = join(import.meta.dirname, 'tools')

export interface Tool {
  readonly name: string
  readonly program: string
  readonly flags?: readonly string[]
}

export interface Tools {
  readonly compilers: readonly Tool[]
  readonly nodes: readonly Tool[]
  /** What this machine cannot try. */
  readonly missing: readonly string[]
}

/** Installs the tools from their lockfile, where that is not done, and finds them. */
export async function openTools(): Promise<Tools> {
  if (!existsSync(join(TOOLS, 'node_modules/typescript/package.json'))) {
    await run('npm', ['ci', '--prefer-offline'], { cwd: TOOLS })
  }
  const older = join(TOOLS, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin/node')
  const has = existsSync(older)
  return {
    compilers: [
      await named('TypeScript', join(ROOT, 'node_modules/.bin/tsc')),
      // The newer compiler has looked at all declarations that came along; this one takes half a minute for them.
      { ...(await named('TypeScript', join(TOOLS, 'node_modules/.bin/tsc'))), flags: ['--skipLibCheck'] },
    ],
    nodes: [await named('Node', process.execPath), ...(has ? [await named('Node', older)] : [])],
    missing: has ? [] : [`Node 22: there is none for ${process.platform} ${process.arch} in the tools`],
  }
}

const named = async (kind: string, program: string): Promise<Tool> => ({
  name: `${kind} ${(await run(program, ['--version'])).replaceAll(/[^\d.]/g, '')}`,
  program,
})
