export interface Changelog {
  /** Of the package. */
  readonly name: string
  readonly text: string
}

const KINDS = ['Major Changes', 'Minor Changes', 'Patch Changes']

/** The changes of a version, the greatest first, each once with the packages that it is in. */
export function notes(version: string, changelogs: readonly Changelog[]): string {
  const found = changelogs.flatMap(({ name, text }) =>
    changesOf(sectionOf(text, version)).map(change => ({ ...change, name })),
  )
  const sections = KINDS.map(kind => {
    const byText = Map.groupBy(
      found.filter(change => change.kind === kind),
      ({ text }) => text,
    )
    const items = [...byText].map(([text, packages]) => `- ${names(packages)}: ${text}`)
    return items.length > 0 ? `## ${kind}\n\n${items.join('\n')}` : ''
  })
  return sections.filter(Boolean).join('\n\n') || 'No changes for users.'
}

const names = (packages: readonly { readonly name: string }[]): string =>
  packages.map(({ name }) => `\`${name}\``).join(', ')

/** What stands below `## VERSION`, up to the version before it. */
function sectionOf(changelog: string, version: string): string {
  const [, section = ''] = `${changelog}\n`.split(`\n## ${version}\n`)
  return section.split(/\n## \d/)[0] ?? ''
}

/** The list items below each heading; that a neighbour has changed is said where it is a change of its own. */
function changesOf(section: string): { kind: string; text: string }[] {
  return section.split(/^### /m).flatMap(part => {
    const [kind = '', ...lines] = part.split('\n')
    const items = lines.join('\n').split(/^- /m).slice(1)
    return items
      .map(item => ({ kind: kind.trim(), text: item.trim() }))
      .filter(({ text }) => !text.startsWith('With the changes of '))
  })
}
