import type { Plugin } from 'rolldown'
import { notices } from './notices.ts'
import { bundledPackages } from './packages.ts'
import { sbom } from './sbom.ts'

/**
 * Says beside a bundle what is in it: `sbom.cdx.json` is its CycloneDX document, `THIRD-PARTY-LICENSES.txt` what the
 * licences of others ask for. Only what is left after unused code was dropped counts.
 */
export function inventory(): Plugin {
  return {
    name: 'billow:inventory',
    generateBundle(_, bundle) {
      const modules = Object.values(bundle)
        .filter(output => output.type === 'chunk')
        .flatMap(chunk => Object.entries(chunk.modules))
        .map(([id, { renderedLength }]) => {
          const { importedIds = [], dynamicallyImportedIds = [] } = this.getModuleInfo(id) ?? {}
          return { id, rendered: renderedLength, imports: [...importedIds, ...dynamicallyImportedIds] }
        })
      const contents = bundledPackages(modules)
      const app = contents.find(({ folder }) => folder === process.cwd())
      if (!app)
        throw new Error(`no code of ${process.cwd()} is in its own bundle; build an app from its own folder`)
      const others = contents.filter(
        bundled => bundled !== app && !bundled.manifest.name.startsWith('@billow/'),
      )
      this.emitFile({ type: 'asset', fileName: 'sbom.cdx.json', source: sbom(app, contents) })
      this.emitFile({ type: 'asset', fileName: 'THIRD-PARTY-LICENSES.txt', source: notices(others) })
    },
  }
}
