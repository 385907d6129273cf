import { Contrib, Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library'
import parseExpression from 'spdx-expression-parse'
import { type Bundled, identity } from './packages.ts'

const licenses = new Contrib.License.Factories.LicenseFactory(parseExpression)
const builder = new Contrib.FromNodePackageJson.Builders.ComponentBuilder(
  new Contrib.FromNodePackageJson.Factories.ExternalReferenceFactory(),
  licenses,
)

/** A CycloneDX document of a bundle. It has no time and no serial number: the same bundle has the same document. */
export function sbom(app: Bundled, contents: readonly Bundled[]): string {
  const root = component(app, Enums.ComponentType.Application)
  const components = new Map(contents.map(bundled => [bundled.folder, component(bundled)]))
  components.set(app.folder, root)
  for (const { folder, imports } of [app, ...contents]) {
    for (const imported of imports) {
      const dependency = components.get(imported)
      if (dependency) components.get(folder)?.dependencies.add(dependency.bomRef)
    }
  }
  components.delete(app.folder)
  const bom = new Models.Bom({
    metadata: new Models.Metadata({
      component: root,
      lifecycles: new Models.LifecycleRepository([Enums.LifecyclePhase.Build]),
    }),
    components: new Models.ComponentRepository(components.values()),
  })
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6))
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`
}

function component(bundled: Bundled, type = Enums.ComponentType.Library): Models.Component {
  const made = builder.makeComponent(bundled.manifest, type)
  if (!made) throw new Error(`${bundled.folder}/package.json names no package`)
  const { name, version } = bundled.manifest
  made.purl = `pkg:npm/${name.replace('@', '%40')}@${version}`
  made.bomRef.value = identity(bundled)
  return made
}
