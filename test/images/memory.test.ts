import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { freePort } from '../../packages/core/test/support/port.ts'
import { APPS, ROOT } from '../../scripts/images/apps.ts'
import { HERE } from '../../scripts/images/prepare.ts'
import { startBox } from '../../scripts/images/measure/box.ts'
import { BUDGETS, LIMIT, MIB } from '../../scripts/images/measure/budgets.ts'
import { loadOf, printing } from '../../scripts/images/measure/loads.ts'
import { watchMemory } from '../../scripts/images/measure/memory.ts'
import { post } from '../../scripts/images/measure/post.ts'
import { layersOf } from '../../scripts/images/measure/size.ts'
import { engine, imageOf } from './support/container.ts'

const EVENTS = 3000

describe.each(APPS)('$name', ({ name }) => {
  const budget = BUDGETS[name]

  test('is no larger than its budget', async () => {
    const [base, whole] = await Promise.all([
      layersOf(engine, `localhost/billow-base:${HERE}`),
      layersOf(engine, imageOf(name)),
    ])
    expect(whole.size - base.size).toBeGreaterThan(MIB)
    expect(whole.size - base.size).toBeLessThan(budget?.size ?? 0)
  })

  test('works within its limit, and uses no more memory than its budget', async () => {
    const load = await loadOf(name)
    try {
      let watch: ReturnType<typeof watchMemory> | undefined
      await load.run(engine, {
        events: EVENTS,
        port: await freePort(),
        limit: LIMIT,
        onBox({ pid }) {
          watch = watchMemory(pid)
        },
        async onEnd(box) {
          expect(watch?.end().own).toBeLessThan(budget?.loaded ?? 0)
          expect(await box.is('.HostConfig.Memory')).toBe(String(LIMIT))
        },
      })
    } finally {
      await load.close()
    }
  })

  test('has manifests with the limit that it was tested with', () => {
    const yaml = readFileSync(join(ROOT, 'apps', name, 'kubernetes-production.yaml'), 'utf8')
    expect(yaml).toMatch(new RegExp(`limits:\\s+memory: ${LIMIT / MIB}Mi\\b`))
  })
})

describe('sink-display with more than it can hold', () => {
  test.each([
    ['requests of 1,000 events', { each: 1000, events: 60_000 }],
    ['events of 1 MiB', { each: 1, events: 100, more: MIB }],
  ])('lives on with %s, and answers all of them', async (_, load) => {
    const port = await freePort()
    const box = await startBox(engine, {
      app: 'sink-display',
      config: printing('sink-display', port),
      port,
      limit: LIMIT,
    })
    try {
      await post({ url: `http://127.0.0.1:${port}/`, ...load })
      // The check is a process in the same container.
      expect(await box.healthy()).toBe(true)
      expect([await box.is('.State.Running'), await box.is('.State.OOMKilled')]).toEqual(['true', 'false'])
    } finally {
      await box.remove()
    }
  })
})
