/** Turns a fault of the program itself into a line on stderr and exit code 1: no stack trace reaches a user. */
export function endOnUnexpected(say: (line: string) => void): void {
  onUnexpected(error => {
    // Whoever read the output has left, as `head` does: there is nobody to tell.
    if (isClosedPipe(error)) process.exit(1)
    say(unexpectedLine(error))
    process.exit(1)
  })
}

/** Gives errors that nobody caught to `handler`, in place of the handler before. */
export function onUnexpected(handler: (error: unknown) => void): void {
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', handler)
}

export const isClosedPipe = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException | undefined)?.code === 'EPIPE'

function unexpectedLine(error: unknown): string {
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return `unexpected: ${reason.replaceAll(/\s*\n\s*/g, ' ')}; this is a fault of the program, please report it`
}
