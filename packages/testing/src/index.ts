export { type Case, type Runner, register } from './case.ts'
export type { Address, Faults, Outside, Spec, Stored, WrongKey } from './spec.ts'
export { sourceCases, testSource } from './source/index.ts'
export type { SourceSpec } from './source/spec.ts'
