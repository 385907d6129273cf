// Whether a tag may be released: `node scripts/release/tag.ts v1.2.3` prints `version=1.2.3`, or says why not and ends with 1.
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, releaseVersion } from './packages.ts'
import { refusals } from './refusals.ts'

const [tag = ''] = process.argv.slice(2)
const faults = refusals(tag, {
  version: releaseVersion(),
  changesets: readdirSync(join(ROOT, '.changeset')).filter(file => file.endsWith('.md')),
  onMain: isOnMain(),
})
for (const fault of faults) console.error(fault)
if (faults.length === 0) console.log(`version=${releaseVersion()}`)
process.exitCode = faults.length > 0 ? 1 : 0

function isOnMain(): boolean {
  try {
    execFileSync('git', ['merge-base', '--is-ancestor', 'HEAD', 'origin/main'], {
      cwd: ROOT,
      stdio: 'ignore',
    })
    return true
  } catch {
    return false
  }
}
