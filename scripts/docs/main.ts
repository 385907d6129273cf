// Fills the parts of the docs that are made from code, such as configuration tables and example code, and the versions
// that docs, manifests and the chart name.
// `--check` writes nothing and ends with 1 where a file is not fresh.
import { readFileSync, writeFileSync } from 'node:fs'
import { pages, render, stamp, stamped } from './pages.ts'

const check = process.argv.includes('--check')
let stale = 0
// Pages show manifests, so these come first.
for (const path of [...stamped(), ...pages()]) {
  const text = readFileSync(path, 'utf8')
  const fresh = path.endsWith('.md') ? await render(text) : stamp(text, path)
  if (fresh === text) continue
  stale += 1
  console.log(check ? `not fresh: ${path}; run npx pnpm@12 docs:write` : `written: ${path}`)
  if (!check) writeFileSync(path, fresh)
}
process.exitCode = check && stale > 0 ? 1 : 0
