import { hash } from 'node:crypto'

/** Draws numbers one after another. */
export interface Draw {
  /** A whole number from `min` to `max`, both included. */
  readonly between: (min: number, max: number) => number
  readonly pick: <T>(items: readonly T[]) => T
}

/**
 * Numbers that depend on the seed and the words alone, so they are the same on every machine and in any order of
 * asking. Each call of `between` or `pick` uses four of the digest's 32 bytes.
 */
export function draw(seed: number, ...words: readonly (string | number)[]): Draw {
  let round = 0
  let bytes = digest(0)
  let at = 0
  function digest(round: number): Buffer {
    return hash('sha256', [seed, round, ...words].join('\u001f'), 'buffer')
  }
  function next(): number {
    if (at === bytes.length) {
      bytes = digest(++round)
      at = 0
    }
    at += 4
    return bytes.readUInt32BE(at - 4)
  }
  const between = (min: number, max: number) => min + (next() % (max - min + 1))
  return {
    between,
    pick: items => {
      const item = items[between(0, items.length - 1)]
      if (item === undefined) throw new RangeError('nothing to pick from')
      return item
    },
  }
}
