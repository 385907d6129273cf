// Fills the parts of the docs that are made from code: configuration tables and example code.
// `--check` writes nothing and ends with 1 where a file is not fresh.
import { readFileSync, writeFileSync } from 'node:fs'
import { pages, render } from './pages.ts'

const check = process.argv.includes('--check')
let stale = 0
for (const path of pages()) {
  const text = readFileSync(path, 'utf8')
  const fresh = await render(text)
  if (fresh === text) continue
  stale += 1
  console.log(check ? `not fresh: ${path}; run npx pnpm@12 docs:write` : `written: ${path}`)
  if (!check) writeFileSync(path, fresh)
}
process.exitCode = check && stale > 0 ? 1 : 0
