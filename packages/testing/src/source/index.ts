import type { TSchema } from '@billow/core'
import { type Case, register } from '../case.ts'
import { checkCases } from '../check-cases.ts'
import { configCases } from '../config-cases.ts'
import type { Outside } from '../spec.ts'
import { boundsCases } from './bounds-cases.ts'
import { commitCases } from './commit-cases.ts'
import { crashCases } from './crash-cases.ts'
import { endingCases } from './ending-cases.ts'
import { eventsCases } from './events-cases.ts'
import { outsideFaultCases, sinkFaultCases } from './fault-cases.ts'
import { createTrial } from './reference.ts'
import { secrecyCases } from './secrecy-cases.ts'
import type { SourceSpec } from './spec.ts'

/** The rules that a source keeps, as tests of any runner; `testSource` registers them with one. */
export function sourceCases<S extends TSchema, O extends Outside>(spec: SourceSpec<S, O>): readonly Case[] {
  const trial = createTrial(spec)
  return [
    ...configCases(trial.spec.source, spec),
    ...checkCases(trial.spec.source, spec),
    ...eventsCases(trial),
    ...commitCases(trial),
    ...crashCases(trial),
    ...sinkFaultCases(trial),
    ...outsideFaultCases(trial),
    ...endingCases(trial),
    ...boundsCases(trial),
    ...secrecyCases(trial),
  ]
}

/** Registers a test for each rule that a source keeps. Call it once in the source's test file. */
export function testSource<S extends TSchema, O extends Outside>(spec: SourceSpec<S, O>): void {
  register(`${spec.source.name} as a source`, sourceCases(spec), spec.runner)
}
