import { existsSync, readFileSync } from 'node:fs'
import { dirname, extname, join, normalize } from 'node:path'
import type { Packed } from './pack.ts'
import { ROOT } from './packages.ts'

const BELONGS = /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|(dist|src)\/.+)$/
const TESTS = /(^|\/)(tests?|fixtures|__tests__)\/|\.(test|spec)\.|\.tsbuildinfo$/

/** What a tarball has of this workspace that its users should not get, or lacks that they need: a line each. */
export function leaks({ manifest, files, folder }: Packed): readonly string[] {
  return [
    ...['LICENSE', 'README.md', 'dist/index.js', 'dist/index.d.ts', 'src/index.ts']
      .filter(file => !files.includes(file))
      .map(file => `lacks ${file}`),
    ...files.filter(file => !BELONGS.test(file)).map(file => `has ${file}, which belongs nowhere in it`),
    ...files.filter(file => TESTS.test(file)).map(file => `has ${file}, which is for tests`),
    ...ranges(manifest),
    ...files.flatMap(file => inFile(file, folder, files)),
  ]
}

const ranges = ({ dependencies, optionalDependencies, peerDependencies }: Packed['manifest']): string[] =>
  Object.entries({ ...dependencies, ...optionalDependencies, ...peerDependencies })
    .filter(([, range]) => !/^[\^~]?\d+\.\d+\.\d+/.test(range))
    .map(([name, range]) => `asks for ${name} as "${range}", which npm cannot resolve`)

function inFile(file: string, folder: string, files: readonly string[]): string[] {
  const text = readFileSync(join(folder, file), 'utf8')
  const found = text.includes(ROOT) ? [`names a folder of this machine in ${file}`] : []
  const from = (path: string): string => normalize(join(dirname(file), path))
  if (extname(file) === '.map') {
    const { sources } = JSON.parse(text) as { sources: string[] }
    const absent = sources.filter(source => !files.includes(from(source)))
    return [...found, ...absent.map(source => `has ${file}, whose source ${source} is not in it`)]
  }
  const map = /^\/\/# sourceMappingURL=(\S+)$/m.exec(text)?.[1]
  return map && !existsSync(join(folder, from(map)))
    ? [...found, `has ${file}, whose map ${map} is not in it`]
    : found
}
