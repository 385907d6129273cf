/** Items that come on their own and are taken when somebody asks. */
export interface Inbox<T> extends AsyncIterable<T> {
  push(item: T): void
  /** Ends the iteration and gives back what was not taken. */
  end(): readonly T[]
}

export function createInbox<T extends object>(): Inbox<T> {
  const items: T[] = []
  let ended = false
  let wake = (): void => undefined
  return {
    push(item) {
      items.push(item)
      wake()
    },
    end() {
      ended = true
      wake()
      return items.splice(0)
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const item = items.shift()
        if (item) {
          yield item
        } else if (ended) {
          return
        } else {
          await new Promise<void>(resolve => {
            wake = resolve
          })
        }
      }
    },
  }
}
