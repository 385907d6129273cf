import { describe, expect, test } from '@jest/globals'
import { soak } from './soak.ts'

describe('the soak of the sink of CloudZero', () => {
  test('kills it, and what CloudZero has is the charges', async () => {
    const { code, report } = await soak('--charges', '--kills', '16', '--seed', '5')
    expect(report).toMatchObject({ seed: 5, faults: [] })
    expect(code).toBe(0)
    expect(report.kills).toBeGreaterThanOrEqual(16)
    expect(Object.values(report.killsByPhase).filter(count => count > 0).length).toBeGreaterThan(5)
    expect(Object.keys(report.faultsInjected).length).toBeGreaterThan(10)
    for (const { restated, live, drops } of Object.values(report.counts)) {
      expect(restated).toBeGreaterThan(5)
      expect(live).toBeGreaterThan(10)
      expect(drops).toBeGreaterThan(5)
    }
  })
})
