/** Tags as a charge has them, the JSON text of an object; null where there are none. */
export function tagsText(tags: Iterable<readonly [key: string, value: string]>): string | null {
  const object = Object.fromEntries(tags)
  return Object.keys(object).length > 0 ? JSON.stringify(object) : null
}

/** The tags of a charge as an object. */
export function tagsOf({ Tags }: { readonly Tags: string | null }): Readonly<Record<string, string>> {
  return Tags === null ? {} : JSON.parse(Tags)
}

/** Alibaba Cloud's tags: `key:team value:data; key:env value:prod` from the API, `team:data;env:prod` in files. */
export function readAlibabaTags(text: string): [key: string, value: string][] {
  return text
    .split(';')
    .map(part => part.trim())
    .flatMap((part): [string, string][] => {
      const [, key, value] = /^key:(.*?) value:(.*)$/s.exec(part) ?? /^([^:]+):(.*)$/s.exec(part) ?? []
      return key ? [[key, value ?? '']] : []
    })
}
