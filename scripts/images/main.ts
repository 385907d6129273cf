// The images of the apps.
//   images stage [APP…]             lays out what goes into them, for docker build
//   images check [APP…] [--install] builds them with podman, and proves that they work; --install gets podman from Debian
//   images measure [APP…] [--install] [--write] [--json] builds them, and measures size, start and memory; --write puts the table into the docs
import { parseArgs } from 'node:util'
import { appsNamed } from './apps.ts'
import { check } from './check.ts'
import { measureAll } from './measure/all.ts'
import { stage } from './stage.ts'

const USAGE =
  'usage: images stage [APP…] | images check [APP…] [--install] | images measure [APP…] [--install] [--write] [--json]'

async function main(): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      install: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  const [command, ...names] = positionals
  const apps = appsNamed(names)
  if (command === 'stage') {
    for (const app of apps) console.log(stage(app))
    return 0
  }
  if (command === 'check') return check(apps, { mayInstall: values.install })
  if (command === 'measure') return measureAll(apps, { ...values, mayInstall: values.install })
  throw new Error(USAGE)
}

try {
  process.exitCode = await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
