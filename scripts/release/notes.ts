// What is new in this version, for its page: the changelogs of all packages as one text.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { notes } from './changes.ts'
import { members, ROOT, releaseVersion } from './packages.ts'

const changelogs = members()
  .map(({ folder, manifest }) => ({ name: manifest.name, file: join(ROOT, folder, 'CHANGELOG.md') }))
  .filter(({ file }) => existsSync(file))
  .map(({ name, file }) => ({ name, text: readFileSync(file, 'utf8') }))
console.log(notes(releaseVersion(), changelogs))
