import type { Terminal } from '../command.ts'
import { UsageError } from '../errors.ts'
import type { Host } from '../pipeline/host.ts'
import type { Link } from '../pipeline/link.ts'
import type { Board } from '../pipeline/board.ts'
import { check } from './check.ts'
import { broughtCommand } from './command-table.ts'
import { deadLetters } from './dead-letters.ts'
import { own } from './own.ts'
import { replay } from './replay.ts'

/** A command about one connector, called. */
export interface LinkCall {
  readonly link: Link
  readonly host: Host
  readonly board: Board
  readonly file: string | undefined
  readonly options: Readonly<Record<string, string | boolean | undefined>>
  readonly terminal: Terminal
}

type LinkCommand = (call: LinkCall) => Promise<number>

const COMMON: Readonly<Record<string, LinkCommand>> = { check, 'dead-letters': deadLetters, replay }

/** Runs a command that a connector of the link brings, or one that every connector has. */
export function runLinkCommand(name: string, call: LinkCall): Promise<number> {
  const brought = broughtCommand(call.link, name, call.options)
  if (brought) return own(brought, call)
  const common = Object.hasOwn(COMMON, name) ? COMMON[name] : undefined
  if (!common) throw new UsageError(`no command "${name}"`)
  return common(call)
}
