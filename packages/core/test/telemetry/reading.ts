/** What `/metrics` says, by series: `name{label="value"}` to its number. */
export function seriesOf(text: string): Map<string, number> {
  const lines = text.split('\n').filter(line => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map(line => {
      const at = line.lastIndexOf(' ')
      return [line.slice(0, at), Number(line.slice(at + 1))]
    }),
  )
}

/** The sum of all series of a name. */
export function sumOf(text: string, name: string): number {
  let sum = 0
  for (const [series, value] of seriesOf(text)) {
    if (series === name || series.startsWith(`${name}{`)) sum += value
  }
  return sum
}
