import type { Installed } from './install.ts'

/** What a package may cost its user at the most, and what must not come with it. */
interface Budget {
  /** The tarball, in kB. */
  readonly packed: number
  /** Packages in node_modules, itself among them. */
  readonly packages: number
  /** All of node_modules, in MB. */
  readonly installed: number
  readonly never: readonly RegExp[]
}

const ALIBABA = /^@(alicloud|darabonba)\//
const AWS = /^@(aws-sdk|smithy|aws)\//
const POSTGRES = /^pg(-|$)/
const TESTS = /^(jest|@jest\/|fast-check$|typescript$)/
const BUNDLERS = /^(rolldown|esbuild|rollup|turbo)$/
const CONNECTORS = /^@billow\/(source|sink)-/

/** Some room above what is measured: a new dependency does not fit without being looked at. */
export const BUDGETS: Readonly<Record<string, Budget>> = {
  core: { packed: 360, packages: 86, installed: 14, never: [ALIBABA, AWS, POSTGRES, /^@billow\/(?!core)/] },
  cli: { packed: 56, packages: 91, installed: 16, never: [ALIBABA, AWS, POSTGRES, CONNECTORS] },
  focus: { packed: 135, packages: 89, installed: 15, never: [ALIBABA, AWS, POSTGRES, CONNECTORS] },
  simulators: { packed: 150, packages: 88, installed: 16.5, never: [ALIBABA, AWS, POSTGRES, CONNECTORS] },
  'sink-cloudzero': {
    packed: 84,
    packages: 90,
    installed: 16,
    never: [ALIBABA, AWS, POSTGRES, /^@billow\/s(?!ink-cloudzero)/],
  },
  'sink-display': { packed: 16, packages: 87, installed: 14.5, never: [ALIBABA, AWS, POSTGRES] },
  'source-alicloud-billing': {
    packed: 32,
    packages: 111,
    installed: 26,
    never: [AWS, POSTGRES, /^@billow\/s(?!ource-alicloud)/],
  },
  'source-aws-billing': {
    packed: 30,
    packages: 115,
    installed: 22.5,
    never: [ALIBABA, POSTGRES, /^@billow\/s(?!ource-aws)/],
  },
  'state-postgres': { packed: 21, packages: 100, installed: 15, never: [ALIBABA, AWS, CONNECTORS] },
  testing: { packed: 66, packages: 87, installed: 14.5, never: [ALIBABA, AWS, POSTGRES, CONNECTORS] },
}

/** Where a package costs more than it may: a line each. */
export function overBudget({ packed, tree, scripts, bytes }: Installed): readonly string[] {
  const budget = BUDGETS[packed.name.replace('@billow/', '')]
  if (!budget) return ['has no budget: give it one in scripts/release/budgets.ts']
  const over = (what: string, has: number, may: number): string[] =>
    has > may ? [`${what}: ${has.toFixed(1)}, and ${may} is allowed`] : []
  return [
    ...over('kB in its tarball', packed.bytes / 1000, budget.packed),
    ...over('packages in node_modules', tree.length, budget.packages),
    ...over('MB in node_modules', bytes / 1e6, budget.installed),
    ...tree
      .filter(name => [...budget.never, TESTS, BUNDLERS].some(never => never.test(name)))
      .map(name => `${name} came with it`),
    ...scripts.map(name => `${name} runs a script when it is installed`),
  ]
}
