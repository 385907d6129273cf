/** What waiting requests may hold together, so that memory stays bounded. */
export interface Budget {
  /** A place for one more request; nothing where there is none. */
  enter(): Place | undefined
  /** Bytes that are held now. */
  held(): number
}

export interface Place {
  /** Whether the request may hold so many more bytes. */
  grow(bytes: number): boolean
  /** Gives back the place and all it holds. A second call does nothing. */
  leave(): void
}

export function createBudget(limits: { readonly requests: number; readonly bytes: number }): Budget {
  let { requests, bytes } = limits
  return {
    held: () => limits.bytes - bytes,
    enter() {
      if (requests === 0) return undefined
      requests -= 1
      let held = 0
      let left = false
      return {
        grow(more) {
          if (more > bytes) return false
          bytes -= more
          held += more
          return true
        },
        leave() {
          if (left) return
          left = true
          requests += 1
          bytes += held
        },
      }
    },
  }
}
