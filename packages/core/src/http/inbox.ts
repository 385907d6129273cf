/** Items that come on their own and are taken when somebody asks. */
export interface Inbox<T> {
  push(item: T): void
  /** The oldest item that was not taken; waits for one. Nothing after the end. */
  take(): Promise<T | undefined>
  /** Ends it and gives back what was not taken. */
  end(): readonly T[]
}

export function createInbox<T>(): Inbox<T> {
  const items: T[] = []
  let ended = false
  let wake = (): void => undefined
  return {
    push(item) {
      items.push(item)
      wake()
    },
    async take() {
      for (;;) {
        const item = items.shift()
        if (item !== undefined || ended) return item
        await new Promise<void>(resolve => {
          wake = resolve
        })
      }
    },
    end() {
      ended = true
      wake()
      return items.splice(0)
    },
  }
}
