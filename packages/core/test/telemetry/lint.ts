import parse from 'parse-prometheus-text-format'

const UNITS = /(milli|micro|nano|kilo|mega|giga)?(seconds|bytes|ratio|grams|celsius|meters|joules)$/
const NOT_BASE =
  /_(milliseconds|microseconds|ms|minutes|hours|days|kilobytes|kb|megabytes|mb|gb|percent|sec|s)(_total)?$/

/** What the rules of Prometheus' own linter (promtool check metrics) object to, and what a parser does not read. */
export function faultsOf(text: string): string[] {
  const faults: string[] = []
  const families = new Map<string, { help: boolean; type?: string }>()
  let current = ''
  const series = new Set<string>()
  for (const line of text.split('\n')) {
    if (line === '') continue
    const [, word, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line) ?? []
    if (word === 'HELP') {
      if (families.has(name)) faults.push(`${name}: HELP twice`)
      if (rest.trim() === '') faults.push(`${name}: no help text`)
      families.set(name, { help: true })
    } else if (word === 'TYPE') {
      const family = families.get(name)
      if (!family) faults.push(`${name}: TYPE before HELP`)
      if (family?.type) faults.push(`${name}: TYPE twice`)
      families.set(name, { help: family?.help ?? false, type: rest })
      current = name
    } else if (line.startsWith('#')) {
      faults.push(`a comment of no use: ${line}`)
    } else {
      const key = line.slice(0, line.lastIndexOf(' '))
      if (series.has(key)) faults.push(`twice: ${key}`)
      series.add(key)
      const own = key.split('{')[0] ?? ''
      const type = families.get(current)?.type
      const parts = type === 'histogram' ? ['_bucket', '_sum', '_count'].map(end => current + end) : [current]
      if (!parts.includes(own)) faults.push(`${own}: without HELP and TYPE`)
      for (const [, label = ''] of key.matchAll(/[{,](\w+)=/g)) {
        if (/[A-Z]|^__/.test(label)) faults.push(`${own}: label ${label}`)
        if (label === 'le' && type !== 'histogram') faults.push(`${own}: le at a ${type}`)
      }
    }
  }
  for (const [name, { type }] of families) {
    if (!/^[a-z][a-z0-9_]*$/.test(name) || name.includes('__')) faults.push(`${name}: no snake_case`)
    if (type === 'counter' && !name.endsWith('_total')) faults.push(`${name}: a counter without _total`)
    if (type !== 'counter' && name.endsWith('_total')) faults.push(`${name}: a ${type} with _total`)
    // `build_info` is a gauge in this format, by a custom that every exporter keeps.
    if (/_(bucket|sum|count|(?<!_build_)info)$/.test(name))
      faults.push(`${name}: ends like a part of another type`)
    if (/_(counter|gauge|histogram|summary)(_|$)/.test(name)) faults.push(`${name}: has its type in its name`)
    const [, prefix] = UNITS.exec(name.replace(/_total$/, '')) ?? []
    if (prefix || NOT_BASE.test(name)) faults.push(`${name}: no base unit`)
  }
  const parsed = new Map(parse(text).map(family => [family.name, family]))
  for (const [name, { type }] of families) {
    if (parsed.get(name)?.type !== type?.toUpperCase()) faults.push(`${name}: the parser does not read it`)
  }
  return faults
}
