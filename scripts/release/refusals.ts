/** What stands where a tag points. */
export interface Tagged {
  /** The one version of all packages and apps. */
  readonly version: string
  /** Files of changesets that no version has taken up. */
  readonly changesets: readonly string[]
  readonly onMain: boolean
}

/** Why a tag may not be released, a line each; none if it may. */
export function refusals(tag: string, { version, changesets, onMain }: Tagged): readonly string[] {
  return [
    ...(/^v\d+\.\d+\.\d+$/.test(tag) ? [] : [`"${tag}" is no tag of a release: it is to read like v1.2.3`]),
    ...(tag === `v${version}`
      ? []
      : [`the packages have version ${version}, so that their tag is v${version}, not ${tag}`]),
    ...(changesets.length === 0
      ? []
      : [`changesets are left over: ${changesets.join(', ')}; run npx pnpm@12 release:version first`]),
    ...(onMain ? [] : ['the commit is not on main: only what was reviewed there is released']),
  ]
}
