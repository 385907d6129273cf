/** Shorter texts are no secrets, and blanking them would make a log unreadable. */
const SHORTEST = 4
/** The base64 of a part of a text says something from here on. */
const SHORTEST_INSIDE_BASE64 = 8

/**
 * A function that replaces every secret in a text by `***`: as it stands, escaped for JSON (once or twice) or a URL,
 * and in base64, also as a part of a longer text such as `user:password`. Secrets of fewer than 4 characters are
 * left alone. A secret that is cut in two by the caller's chunks is not found, so give it whole lines.
 */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const forms = new Set(secrets.filter(secret => secret.length >= SHORTEST).flatMap(formsOf))
  if (forms.size === 0) return text => text
  // The longest first, so that none is cut short by one that is a part of it.
  const longest = [...forms].sort((a, b) => b.length - a.length)
  const pattern = new RegExp(longest.map(escapePattern).join('|'), 'g')
  return text => text.replace(pattern, '***')
}

function formsOf(secret: string): readonly string[] {
  const json = JSON.stringify(secret).slice(1, -1)
  const form = new URLSearchParams({ '': secret }).toString().slice(1)
  const urls = [encodeURI(secret.toWellFormed()), encodeURIComponent(secret.toWellFormed()), form]
  const lower = urls.map(url => url.replaceAll(/%[0-9A-F]{2}/g, code => code.toLowerCase()))
  return [secret, json, JSON.stringify(json).slice(1, -1), ...urls, ...lower, ...base64Forms(secret)]
}

/** Base64 of the secret alone, and what is left of it at each of the three places where a longer text may put it. */
function base64Forms(secret: string): readonly string[] {
  const bytes = Buffer.from(secret)
  const alone = [bytes.toString('base64'), bytes.toString('base64').replaceAll('=', '')]
  const inside = [0, 1, 2].map(shift => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replaceAll('=', '')
    const mixedEnd = (shift + bytes.length) % 3 === 0 ? 0 : 1
    return text.slice(shift === 0 ? 0 : shift + 1, text.length - mixedEnd)
  })
  const forms = [...alone, ...(bytes.length >= SHORTEST_INSIDE_BASE64 ? inside : [])]
  return [...forms, ...forms.map(text => text.replaceAll('+', '-').replaceAll('/', '_'))]
}

/** Takes secrets out of texts; grows with each configuration that is read, and forgets none. */
export interface Redaction {
  redact(text: string): string
  add(secrets: readonly string[]): void
}

export function createRedaction(): Redaction {
  const known = new Set<string>()
  let redact = createRedactor([])
  return {
    redact: text => redact(text),
    add(secrets) {
      const before = known.size
      for (const secret of secrets) known.add(secret)
      if (known.size > before) redact = createRedactor([...known])
    },
  }
}

const escapePattern = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
