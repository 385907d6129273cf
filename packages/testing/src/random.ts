/** Numbers from 0 to 1 that depend on the seed alone (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), state | 1)
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61)
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Some of the items, in their order. */
export function sample<T>(items: readonly T[], count: number, random: () => number): T[] {
  const chosen = items.map(item => ({ item, draw: random() })).toSorted((a, b) => a.draw - b.draw)
  const kept = new Set(chosen.slice(0, count).map(({ item }) => item))
  return items.filter(item => kept.has(item))
}
