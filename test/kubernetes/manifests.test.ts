import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { ROOT } from '../support/app.ts'
import { blocksOf, isManifest } from '../support/docs.ts'
import { faultsIn } from './faults.ts'

const files = globSync('{apps,docs,examples,packages}/**/*.yaml', {
  cwd: ROOT,
  exclude: path => /(^|\/)(node_modules|dist)$/.test(path),
})
  .filter(file => isManifest(readFileSync(join(ROOT, file), 'utf8')))
  .toSorted()

describe('what is for kubectl apply', () => {
  test.each(
    readdirSync(join(ROOT, 'apps')).filter(app => existsSync(join(ROOT, 'apps', app, 'package.json'))),
  )('apps/%s has a kubernetes.yaml', app => {
    expect(files).toContain(`apps/${app}/kubernetes.yaml`)
  })

  test.each(files)('%s is right', async file => {
    expect(await faultsIn(readFileSync(join(ROOT, file), 'utf8'))).toEqual([])
  })

  test.each(blocksOf('yaml').filter(([, text]) => isManifest(text)))('%s is right', async (_, text) => {
    expect(await faultsIn(text)).toEqual([])
  })
})
