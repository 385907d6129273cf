// FOCUS's unit format: `GB`, `GB-Hours`, `Requests/Second`, `1000 Requests`, `Requests/3 Months`.

const SIZES = ['b', 'B'].flatMap(end =>
  ['', 'K', 'M', 'G', 'T', 'P', 'E'].flatMap(k => (k ? [k + end, `${k}i${end}`] : [end])),
)
const TIMES = ['Year', 'Month', 'Day', 'Hour', 'Minute', 'Second']

const time = `(?:${TIMES.join('|')})`
const times = `(?:${TIMES.map(name => `${name}s`).join('|')})`
const word = '[A-Za-z][A-Za-z0-9]*'
// What is counted may have any name, of several words and with hyphens within.
const counted = `${word}(?:[ -]${word})*`
const unit = `(?:${SIZES.join('|')}|${counted})`

const UNIT = new RegExp(
  `^(?:\\d+ )?${unit}$|^${unit}-${times}$|^${unit}/${time}(?:-${times})?$|^${unit}/\\d+ ${times}$`,
)

// The specification writes these in full.
const SHORT = /(?:^|[-/ ])(?:hrs?|mo|secs?|mins?|yrs?)$/i

export const isUnit = (text: string): boolean => UNIT.test(text) && !SHORT.test(text)
