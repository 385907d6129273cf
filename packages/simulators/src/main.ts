#!/usr/bin/env node
import { describeError, UsageError } from '@billow/core'
import { HELP, readArguments } from './arguments.ts'
import { announcement } from './announcement.ts'
import { startSimulators } from './start.ts'

/** Runs until SIGTERM or SIGINT, which end it with 0. A wrong command line ends it with 64. */
async function main(): Promise<void> {
  const { help, json, options } = readArguments(process.argv.slice(2))
  if (help) {
    process.stdout.write(HELP)
    return
  }
  const simulators = await startSimulators(options)
  const stop = () => {
    simulators.close().catch(fail)
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  process.stdout.write(announcement(simulators, json))
}

function fail(error: unknown): void {
  process.stderr.write(`billow-simulators: ${describeError(error)}\n`)
  process.exitCode = error instanceof UsageError ? 64 : 1
}

main().catch(fail)
