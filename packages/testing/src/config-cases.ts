import { isDeepStrictEqual } from 'node:util'
import { type AnyConnector, programOf, type TSchema } from '@billow/core'
import type { Case } from './case.ts'
import { configure, faultsOf, keyOf, leavesOf, withKey } from './configuration.ts'
import { must } from './must.ts'
import { createSecrecy } from './secrecy.ts'
import type { Outside, Spec } from './spec.ts'
import { openOutside } from './world.ts'

/** The rules of a connector's configuration. */
export function configCases<O extends Outside>(connector: AnyConnector, spec: Spec<O>): readonly Case[] {
  const schema: TSchema = connector.config
  const valid = async (): Promise<Readonly<Record<string, unknown>>> => {
    const { outside, close } = await openOutside(spec)
    await close()
    return { ...spec.config, ...outside.config }
  }
  const wrong = (spec.invalid ?? []).map(({ key, value }) => ({
    name: `config: ${key} ${value === undefined ? 'missing' : `set to ${JSON.stringify(value)}`} is refused, by name`,
    async run() {
      const values = await valid()
      const faults = faultsOf(schema, withKey(values, key, value))
      must(faults.length > 0, `it was taken: say in the schema what is allowed for ${key}`)
      const named = faults.some(fault => fault.includes(`${key}: `))
      must(named, `no fault names ${key}: ${faults.join('; ')}`)
      const secrecy = createSecrecy(configure(schema, values).secrets)
      for (const fault of faults) secrecy.heard('the fault', fault)
      secrecy.prove()
    },
  }))
  return [
    {
      name: 'config: the valid one is taken',
      async run() {
        const faults = faultsOf(schema, await valid())
        must(faults.length === 0, faults.join('; '))
      },
    },
    ...wrong,
    {
      name: 'config: a key that there is not is refused, by name',
      async run() {
        const key = 'no_such_key_of_billow'
        const faults = faultsOf(schema, { ...(await valid()), [key]: 1 })
        must(
          faults.some(fault => fault.includes(key)),
          'it was taken: leave additionalProperties to the runtime',
        )
      },
    },
    {
      name: 'config: what is left out has its default',
      async run() {
        const values = await valid()
        for (const { key, default: byDefault } of leavesOf(schema)) {
          if (byDefault === undefined || !hasParent(values, key)) continue
          const { config } = configure(schema, withKey(values, key, undefined))
          const found = keyOf(config, key)
          must(
            isDeepStrictEqual(found, byDefault),
            `${key} is ${JSON.stringify(found)}, and not its default ${JSON.stringify(byDefault)}`,
          )
        }
      },
    },
    {
      name: 'config: every key has a description',
      async run() {
        const bare = leavesOf(schema).filter(({ description }) => !description?.trim())
        must(bare.length === 0, `without one: ${bare.map(({ key }) => key).join(', ')}`)
      },
    },
    {
      name: "config: its keys are none of the runtime's",
      async run() {
        programOf(connector)
      },
    },
  ]
}

/** Whether the mapping that a key stands in is there. */
function hasParent(values: unknown, key: string): boolean {
  const end = key.lastIndexOf('.')
  return end === -1 || keyOf(values, key.slice(0, end)) !== undefined
}
