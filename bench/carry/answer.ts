/** Asks a process to end by itself. */
export const END = 'end'

/** Answers what the bench asks this process, by the name of the question. */
export function answer(answers: Readonly<Record<string, (argument: never) => unknown>>): void {
  process.on('message', async ({ id, question, argument }: Asked) => {
    if (question === END) process.exit()
    try {
      process.send?.({ id, value: await answers[question]?.(argument as never) })
    } catch (error) {
      process.send?.({ id, error: String(error) })
    }
  })
  // Whoever asked is gone.
  process.once('disconnect', () => process.exit())
}

/** A question on its way to a process. */
export interface Asked {
  readonly id: number
  readonly question: string
  readonly argument?: unknown
}

/** Its answer: a value, or what went wrong. */
export interface Answered {
  readonly id: number
  readonly value?: unknown
  readonly error?: string
}
