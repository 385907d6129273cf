const SHORT: Readonly<Record<string, string>> = {
  hrs: 'Hours',
  hr: 'Hours',
  hour: 'Hours',
  mo: 'Months',
  month: 'Months',
  sec: 'Seconds',
  secs: 'Seconds',
  second: 'Seconds',
  min: 'Minutes',
  mins: 'Minutes',
  minute: 'Minutes',
  day: 'Days',
  yr: 'Years',
  yrs: 'Years',
  year: 'Years',
}

/** A provider's unit by FOCUS's rules: `GB-Mo` is `GB-Months`, `Hrs` is `Hours`; one that has no such part stays. */
export function focusUnit(unit: string): string {
  const [last = '', ...before] = unit.trim().split('-').toReversed()
  return [...before.toReversed(), SHORT[last.toLowerCase()] ?? last].join('-')
}
