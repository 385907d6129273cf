import { configurationFaults } from './configuration.ts'
import { referenceFaults } from './references.ts'
import { parseResources } from './resources.ts'
import { schemaFaults } from './schema.ts'

/** All that is wrong with a file for `kubectl apply`. `own` are resources that the user brings: `Secret/aws-keys`. */
export async function faultsIn(text: string, own: readonly string[] = []): Promise<string[]> {
  const resources = parseResources(text)
  const faults = resources.flatMap(schemaFaults)
  // What has no right form can have no right references.
  if (faults.length > 0) return faults
  return [...referenceFaults(resources, own), ...(await configurationFaults(resources, own))]
}
