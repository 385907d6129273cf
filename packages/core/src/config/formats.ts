const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i

const isHttpUrl = (text: string): boolean =>
  /^https?:\/\/[^\s/]/i.test(text) && !/\s/.test(text) && URL.canParse(text)

const isHostOrUrl = (text: string): boolean =>
  (HOST.test(text) && URL.canParse(`http://${text}`)) || isHttpUrl(text)

/** Whether the text names a zone of the IANA database. An offset such as `+08:00` is none. */
function isTimeZone(text: string): boolean {
  if (!/^[a-z]/i.test(text)) return false
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

interface Format {
  readonly validate: (text: string) => boolean
  readonly allowed: string
  /** Values to suggest one from, by all of the text or by its last word (`Shanghai`). */
  readonly known?: () => readonly string[]
}

/** The values of `format` in a config schema. */
export const FORMATS: Readonly<Record<string, Format>> = {
  'http-url': { validate: isHttpUrl, allowed: 'an http or https URL such as http://localhost:8080' },
  'host-or-url': {
    validate: isHostOrUrl,
    allowed: 'a host such as api.example.com, or an http or https URL',
  },
  'time-zone': {
    validate: isTimeZone,
    allowed: 'a time zone such as UTC, Europe/Berlin or Asia/Shanghai',
    known: () => ['UTC', ...Intl.supportedValuesOf('timeZone')],
  },
}
