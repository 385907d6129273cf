/** What `health` of a program is made of, and light. For `@billow/cli`; it may change with any version. */
export { EXIT } from './commands/exit-code.ts'
export { type HealthCall, healthProgram } from './commands/health-program.ts'
export { presences } from './runtime/ask.ts'
export { dataDirectory } from './runtime/data-directory.ts'
export { isHealthy } from './status.ts'
