import { describe, expect, test } from '@jest/globals'
import { PHASES } from '../../soak/kills/phases.ts'
import { soak } from './soak.ts'

describe('the soak', () => {
  test('kills in every phase, and finds nothing lost', async () => {
    const { code, report } = await soak('--quick', '--seed', '7')
    expect(report).toMatchObject({ seed: 7, faults: [], lost: 0, unknown: 0, differing: 0 })
    expect(code).toBe(0)
    for (const phase of PHASES)
      expect([phase, report.killsByPhase[phase]]).toEqual([phase, expect.any(Number)])
    expect(Math.min(...Object.values(report.killsByPhase))).toBeGreaterThanOrEqual(3)
    expect(report.delivered + report.deadLetters).toBe(report.issued)
    expect(report.deadLetters).toBeGreaterThan(0)
    expect(report.duplicates).toBeGreaterThan(0)
    expect(Object.keys(report.faultsInjected).length).toBeGreaterThan(5)
  })

  test.each(['commit-before-delivery', 'no-transaction', 'spool-skipped'])(
    'fails a runtime that is broken on purpose: %s',
    async broken => {
      // A kill must fall between two writes, which a few kills may miss: then other kills are tried.
      for (const seed of ['7', '8', '9', '10', '11']) {
        const few = ['--kills', '12', '--events', '300', '--seed', seed]
        const { code, report } = await soak(...few, '--broken', broken)
        if (report.lost === 0) continue
        expect(code).toBe(1)
        expect(report.faults).toContain(`${report.lost} events are lost`)
        return
      }
      throw new Error('five soaks did not find what is broken')
    },
  )
})
