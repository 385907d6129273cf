import type { Sample } from './sampler.ts'

const MB = 1 << 20
const WIDTH = 70
const HEIGHT = 12

/** RSS over time as text, a column for each stretch of samples. */
export function textChart(samples: readonly Sample[]): string {
  const columns = Array.from(
    { length: Math.min(WIDTH, samples.length) },
    (_, column, { length } = samples) => {
      const [from, to] = [column, column + 1].map(edge =>
        Math.floor((edge * samples.length) / Math.min(WIDTH, length)),
      )
      return Math.max(...samples.slice(from, to).map(({ rssBytes }) => rssBytes)) / MB
    },
  )
  const top = Math.ceil(Math.max(...columns) / 20) * 20
  const rows = Array.from({ length: HEIGHT }, (_, row) => {
    const level = (top * (HEIGHT - row)) / HEIGHT
    const line = columns.map(value => (value >= level ? '█' : ' ')).join('')
    return `${level.toFixed(0).padStart(5)} MB │${line}`.trimEnd()
  })
  const minutes = ((samples.at(-1)?.seconds ?? 0) / 60).toFixed(1)
  return [...rows, `${' '.repeat(9)}└${'─'.repeat(columns.length)} ${minutes} min`].join('\n')
}

export function csv(samples: readonly Sample[]): string {
  const lines = samples.map(({ seconds, rssBytes, heapBytes, read, delivered }) =>
    [seconds, rssBytes, heapBytes, read, delivered].join(','),
  )
  return ['seconds,rss_bytes,heap_bytes,read,delivered', ...lines, ''].join('\n')
}

const PLOT = { width: 800, height: 300, left: 60, right: 20, top: 20, bottom: 40 }

/** RSS and heap over time as a picture that needs nothing else. */
export function svg(samples: readonly Sample[], title: string): string {
  const { width, height, left, right, top, bottom } = PLOT
  const most = Math.ceil(Math.max(...samples.map(({ rssBytes }) => rssBytes)) / MB / 20) * 20
  const end = samples.at(-1)?.seconds ?? 1
  const x = (seconds: number): string => (left + (seconds / end) * (width - left - right)).toFixed(1)
  const y = (megabytes: number): string =>
    (height - bottom - (megabytes / most) * (height - top - bottom)).toFixed(1)
  const line = (of: (sample: Sample) => number, colour: string, name: string): string =>
    `<polyline fill="none" stroke="${colour}" stroke-width="1.5" points="${samples
      .map(sample => `${x(sample.seconds)},${y(of(sample) / MB)}`)
      .join(' ')}"><title>${name}</title></polyline>`
  const levels = [0, 1, 2, 3, 4].map(step => (most * step) / 4)
  const grid = levels.map(
    level =>
      `<path d="M${left} ${y(level)}H${width - right}" stroke="#ddd"/><text x="${left - 8}" y="${y(level)}" text-anchor="end" dominant-baseline="middle">${level} MB</text>`,
  )
  const times = [0, 1, 2, 3, 4].map(
    step =>
      `<text x="${x((end * step) / 4)}" y="${height - bottom + 18}" text-anchor="middle">${((end * step) / 240).toFixed(0)} min</text>`,
  )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<title>${title}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...grid,
    ...times,
    line(({ rssBytes }) => rssBytes, '#1f6feb', 'resident memory'),
    line(({ heapBytes }) => heapBytes, '#d1690e', 'JavaScript heap in use'),
    `<text x="${left + 10}" y="${top + 4}" fill="#1f6feb">resident memory</text>`,
    `<text x="${left + 140}" y="${top + 4}" fill="#d1690e">JavaScript heap in use</text>`,
    '</svg>',
    '',
  ].join('\n')
}
