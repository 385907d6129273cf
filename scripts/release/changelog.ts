import type { GetDependencyReleaseLine, GetReleaseLine } from '@changesets/types'

/** A changeset's text as a list item. No commit and no author: it is written for those who use the packages. */
export const getReleaseLine: GetReleaseLine = async ({ summary }) =>
  `- ${summary.trim().replaceAll(/\n(?=.)/g, '\n  ')}`

/** All packages share a version, so that a neighbour has a new one is no news. What changed in it may be. */
export const getDependencyReleaseLine: GetDependencyReleaseLine = async (_, neighbours) => {
  const changed = neighbours
    .filter(({ changesets }) => changesets.length > 0)
    .map(({ name }) => `\`${name}\``)
  return changed.length > 0 ? `- With the changes of ${changed.join(', ')}.` : ''
}

export default { getReleaseLine, getDependencyReleaseLine }
