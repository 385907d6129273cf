const TIMESTAMP =
  /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i

/** Whether a text is a time as RFC 3339 writes it, on a day that exists. A leap second is one. */
export function isTimestamp(text: string): boolean {
  const match = TIMESTAMP.exec(text)
  return (
    match !== null &&
    (Number(match[3]) <= 28 || Number(match[3]) <= daysIn(Number(match[1]), Number(match[2])))
  )
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
}
