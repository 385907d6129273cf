/** What a program that runs connectors is made of. For `@billow/cli`; it may change with any version. */
export { formatAmounts } from './billing/days-command.ts'
export { rangesOf } from './billing/ranges.ts'
export { parseSpan } from './billing/span.ts'
export {
  COMMANDS,
  type CommonCommand,
  OPTIONS,
  parseArguments,
  unknownCommand,
} from './commands/arguments.ts'
export { examine, type Finding, ground, printFindings } from './commands/check.ts'
export { commandTable, isExtended } from './commands/command-table.ts'
export { EXIT, exitCodeOf } from './commands/exit-code.ts'
export { guard } from './commands/guard.ts'
export { helpText } from './commands/help.ts'
export { runLinkCommand } from './commands/link-commands.ts'
export type { MainOptions } from './commands/main.ts'
export { connectorOf } from './commands/program.ts'
export { runTogether } from './commands/run.ts'
export { printVersion } from './commands/version.ts'
export { contextOf } from './connect/context.ts'
export { digestOf, editorSchema, loadConfig } from './config/index.ts'
export { nearest } from './config/suggest.ts'
export { LIMIT_TEXT, readTextFile } from './config/text-file.ts'
export { schemaFault } from './config/validate.ts'
export { showablePath } from './config/wording.ts'
export { createReceiver, httpTarget, receiverConfig, targetConfig } from './http/index.ts'
export { type Board, createBoard } from './pipeline/board.ts'
export { type Host, openHost } from './pipeline/host.ts'
export { type Link, type Load, type Part, type Plan, partsOf, type Way } from './pipeline/link.ts'
export { runtimeConfig } from './runtime/config.ts'
export { configFile, type FileChoice, noFile } from './runtime/config-file.ts'
export { stopOnSignals } from './runtime/stop.ts'
export { isClosedPipe } from './runtime/unexpected.ts'
export { openScratchStore } from './state/memory.ts'
export { metricsTable } from './telemetry/table.ts'
