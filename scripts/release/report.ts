import type { Installed } from './install.ts'

/** What a package costs its user. */
export interface Cost {
  readonly package: string
  readonly packedBytes: number
  readonly unpackedBytes: number
  readonly packagesInstalled: number
  readonly bytesInstalled: number
}

export const costOf = ({ packed, tree, bytes }: Installed, unpackedBytes: number): Cost => ({
  package: packed.name,
  packedBytes: packed.bytes,
  unpackedBytes,
  packagesInstalled: tree.length,
  bytesInstalled: bytes,
})

const HEAD = ['package', 'tarball', 'unpacked', 'packages in node_modules', 'node_modules']

/** A Markdown table of costs. */
export function table(costs: readonly Cost[]): string {
  const rows = costs.map(cost => [
    `\`${cost.package}\``,
    kB(cost.packedBytes),
    kB(cost.unpackedBytes),
    String(cost.packagesInstalled),
    `${(cost.bytesInstalled / 1e6).toFixed(1)} MB`,
  ])
  return [HEAD, HEAD.map((_, column) => (column === 0 ? '---' : '---:')), ...rows]
    .map(cells => `| ${cells.join(' | ')} |`)
    .join('\n')
}

const kB = (bytes: number): string => `${Math.round(bytes / 1000)} kB`
