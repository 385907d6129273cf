import type { Command, CommandOption } from '../command.ts'
import type { Link, Part } from '../pipeline/link.ts'
import { partsOf } from '../pipeline/link.ts'
import { COMMANDS, type CommonCommand, OPTIONS } from './arguments.ts'
import type { AnyConnector } from './program.ts'

type Table = Readonly<Record<string, CommonCommand>>

/** The common commands to which a connector may add options, by a command of the same name that runs where one is given. */
const EXTENDED = ['check', 'dead-letters', 'replay']

/** What a program can do: the common commands, and what the connectors bring. */
export function commandTable(connectors: readonly AnyConnector[], common: Table = COMMANDS): Table {
  const table: Record<string, CommonCommand> = { ...common }
  for (const { commands = {} } of new Set(connectors)) {
    for (const [name, command] of Object.entries(commands)) {
      const base = Object.hasOwn(table, name) ? table[name] : undefined
      if (!base) table[name] = command
      else if (EXTENDED.includes(name)) {
        const summary = `${base.summary}; ${command.summary}`
        table[name] = { summary, options: { ...base.options, ...addedOptions(name, command) } }
      }
    }
  }
  return table
}

/** Whether the command line of a common command of this name depends on the connector. */
export const isExtended = (name: string): boolean => EXTENDED.includes(name)

/** Those options of a command that are its own, and not of a common command of that name. */
function addedOptions(name: string, { options = {} }: Command): Readonly<Record<string, CommandOption>> {
  const common = Object.hasOwn(COMMANDS, name) ? COMMANDS[name]?.options : {}
  const taken = { ...common, ...OPTIONS }
  return Object.fromEntries(Object.entries(options).filter(([option]) => !Object.hasOwn(taken, option)))
}

/** A connector's own command, with the part of the link that brings it. */
export interface Brought {
  readonly part: Part
  readonly command: Command
}

/** The command of that name which a part of the link brings; where it extends a common one, only if it is asked for. */
export function broughtCommand(
  link: Link,
  name: string,
  given: Readonly<Record<string, unknown>>,
): Brought | undefined {
  const brought = partsOf(link).flatMap(part => {
    const { commands = {} } = part.connector
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined
    return command ? [{ part, command }] : []
  })
  if (!Object.hasOwn(COMMANDS, name)) return brought[0]
  return brought.find(({ command }) =>
    Object.keys(addedOptions(name, command)).some(option => given[option] !== undefined),
  )
}
