import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { APPS, ROOT } from '../scripts/images/apps.ts'

test('the bake file builds the image of each app, with the description of its package', () => {
  const text = readFileSync(join(ROOT, 'docker-bake.hcl'), 'utf8')
  const targets = [...text.matchAll(/\{ name = "([^"]+)", description = "([^"]+)" \}/g)]
  expect(targets.map(([, name, description]) => ({ name, description }))).toEqual(
    APPS.map(({ name, description }) => ({ name, description })),
  )
})
