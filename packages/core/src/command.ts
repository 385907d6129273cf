import type { Batch, Context } from './connector.ts'

/** A command of a connector's program, such as `pull`. One named `check`, `dead-letters` or `replay` adds its options to the
 *  command that is there, and runs in its place where one of them is given. */
export interface Command<C = unknown> {
  /** One line for `--help`. */
  readonly summary: string
  readonly options?: Readonly<Record<string, CommandOption>>
  /** Resolves to the exit code; nothing means 0. */
  run(call: CommandCall<C>): Promise<number | undefined>
}

export interface CommandOption {
  readonly type: 'string' | 'boolean'
  /** What stands for the value in `--help`, such as `DAY`. */
  readonly value?: string
  readonly summary: string
}

/** What a command is handed. */
export interface CommandCall<C = unknown> {
  readonly context: Context<C>
  readonly options: Readonly<Record<string, string | boolean | undefined>>
  readonly terminal: Terminal
  /** Delivers what `read` yields to the sink that the configuration names, until `read` ends. */
  deliver(read: (context: Context<C>) => AsyncIterable<Batch>): Promise<void>
}

/** Where a command speaks to a person or a program. Secrets are taken out of everything it prints. */
export interface Terminal {
  /** A line on stdout. */
  print(line: string): void
  /** A line on stderr, beside data on stdout. */
  note(line: string): void
  /** A line on stderr that replaces the one before it on a terminal, and is left out elsewhere. */
  progress(line: string): void
  /** Asks on the terminal; a stop is a no. Where there is no terminal, it is an error that names the flag to give. */
  confirm(
    question: string,
    options: { readonly flag: string; readonly signal: AbortSignal },
  ): Promise<boolean>
}
