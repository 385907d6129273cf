import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { ROOT } from '../support/app.ts'
import { fencesOf, isManifest } from '../support/docs.ts'
import { faultsIn } from './faults.ts'
import { parseResources } from './resources.ts'

/** The documents that our images take the place of, where this machine has them. */
const DOCUMENTS = join(ROOT, '../shared/seeds')
const there = existsSync(DOCUMENTS)
const THEIRS = 'public.ecr.aws/vanus/connector/'
const OURS = 'ghcr.io/billow/'

const manifests = globSync('*.txt', { cwd: DOCUMENTS }).flatMap(file =>
  fencesOf(readFileSync(join(DOCUMENTS, file), 'utf8'))
    .map(({ text }) => text)
    .filter(isManifest),
)
const appOf = (text: string): string => new RegExp(`image: ${THEIRS}([\\w-]+)`).exec(text)?.[1] ?? ''
const withOurImage = (text: string): string => text.replaceAll(THEIRS, OURS)

const name = "the documents' own YAML"
if (!there) describe(`${name} (skipped: ../shared/seeds is not there)`, () => test.todo('is compared'))
else
  describe(name, () => {
    test('is found for both sources', () => {
      expect(manifests.map(appOf).toSorted()).toEqual(['source-alicloud-billing', 'source-aws-billing'])
    })

    test.each(manifests.map(text => [appOf(text), text]))(
      'for %s needs no edit but the image',
      async (_, text) => {
        expect(await faultsIn(text)).not.toEqual([])
        expect(await faultsIn(withOurImage(text))).toEqual([])
      },
    )

    test.each(manifests.map(text => [appOf(text), text]))('for %s is ours but for the image', (app, text) => {
      const ours = readFileSync(join(ROOT, 'apps', app, 'kubernetes.yaml'), 'utf8')
      expect(parseResources(ours)).toEqual(parseResources(withOurImage(text)))
    })
  })
