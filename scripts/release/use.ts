import { cpSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Installed } from './install.ts'
import { ROOT } from './packages.ts'
import { run } from './run.ts'
import type { Tool, Tools } from './tools.ts'

const PROGRAMS = join(import.meta.dirname, 'programs')

/** Uses an installed package as its user would: compiles a program against its types, runs it, and calls its bins. */
export async function use(
  installed: Installed,
  { compilers, nodes }: Tools,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const { folder, packed } = installed
  const program = packed.name.replace('@billow/', '')
  if (!existsSync(join(PROGRAMS, `${program}.ts`))) throw new Error(`no program uses it in ${PROGRAMS}`)
  cpSync(PROGRAMS, folder, { recursive: true })
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ ...TSCONFIG, files: [`${program}.ts`] }))
  for (const compiler of compilers) {
    await during(compiler, run(compiler.program, ['-p', folder, ...(compiler.flags ?? [])]))
  }
  for (const node of nodes) {
    await during(node, run(node.program, [`${program}.js`], { cwd: folder, env }))
    for (const bin of Object.values(packed.manifest.bin ?? {})) {
      const file = join(folder, 'node_modules', packed.name, bin)
      const help = await during(node, run(node.program, [file, '--help'], { cwd: folder }))
      if (!/usage/i.test(help)) throw new Error(`${node.name}: ${bin} --help shows no usage:\n${help}`)
    }
  }
}

const TSCONFIG = {
  compilerOptions: {
    module: 'nodenext',
    target: 'es2024',
    lib: ['es2024', 'esnext.disposable'],
    rewriteRelativeImportExtensions: true,
    strict: true,
    exactOptionalPropertyTypes: true,
    // The declarations that came with the package are looked at too.
    skipLibCheck: false,
    types: ['node'],
    typeRoots: [join(ROOT, 'node_modules/@types')],
  },
}

async function during<T>({ name }: Tool, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw new Error(`with ${name}: ${(error as Error).message}`, { cause: error })
  }
}
