import type { TSchema } from '@billow/core'
import { type Case, register } from '../case.ts'
import { checkCases } from '../check-cases.ts'
import { configCases } from '../config-cases.ts'
import type { Outside } from '../spec.ts'
import { boundsCases } from './bounds-cases.ts'
import { conservationCases } from './conservation-cases.ts'
import { endingCases } from './ending-cases.ts'
import { errorCases } from './error-cases.ts'
import type { SinkSpec } from './spec.ts'
import { createTrial } from './trial.ts'
import { writeCases } from './write-cases.ts'

/** The rules that a sink keeps, as tests of any runner; `testSink` registers them with one. */
export function sinkCases<S extends TSchema, O extends Outside>(spec: SinkSpec<S, O>): readonly Case[] {
  const trial = createTrial(spec)
  return [
    ...configCases(trial.spec.sink, spec),
    ...checkCases(trial.spec.sink, spec),
    ...writeCases(trial),
    ...conservationCases(trial),
    ...errorCases(trial),
    ...endingCases(trial),
    ...boundsCases(trial),
  ]
}

/** Registers a test for each rule that a sink keeps. Call it once in the sink's test file. */
export function testSink<S extends TSchema, O extends Outside>(spec: SinkSpec<S, O>): void {
  register(`${spec.sink.name} as a sink`, sinkCases(spec), spec.runner)
}
