/** Turns a fault of the program itself into a line on stderr and exit code 1: no stack trace reaches a user. */
export function endOnUnexpected(say: (line: string) => void): void {
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', (error: unknown) => {
    // Whoever read the output has left, as `head` does: there is nobody to tell.
    if ((error as NodeJS.ErrnoException | undefined)?.code === 'EPIPE') process.exit(1)
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    say(
      `unexpected: ${reason.replaceAll(/\s*\n\s*/g, ' ')}; this is a fault of the program, please report it`,
    )
    process.exit(1)
  })
}
