import type { AnyConnector, Sink, Source } from '@billow/core'
import {
  createReceiver,
  digestOf,
  httpTarget,
  type Link,
  type Load,
  loadConfig,
  type Part,
  type Plan,
  type Way,
} from '@billow/core/program'
import { type Entry, resolveEntries } from './entries.ts'
import type { Place } from './find.ts'
import { outlineOf } from './outline.ts'
import { pipelineSchema } from './schema.ts'
import { textOf } from './text.ts'
import { clashes, type EntryValues, type FileValues } from './values.ts'

export interface LoadOptions {
  readonly file: string
  readonly env: NodeJS.ProcessEnv
  readonly place: Place
}

const VARIABLES = { LOG_LEVEL: 'log_config.level', CONNECTOR_ADMIN_PORT: 'admin_port' } as const

/** The plan of a pipeline file. Packages are loaded, and nothing else outside of the file is touched. */
export function pipelineLoad({ file, env, place }: LoadOptions): Load {
  const schemaOf = rememberLast()
  return async (): Promise<Plan> => {
    const text = textOf(file)
    const entries = await resolveEntries(outlineOf(text), place)
    const loaded = loadConfig({
      schema: schemaOf(entries),
      file,
      text,
      env,
      variables: VARIABLES,
      judge: values => [...entries.flatMap(({ faults }) => faults), ...clashes(values)],
    })
    const { connectors, admin_port: port, ...settings } = loaded.config as FileValues
    const links = connectors.map((values, index) => linkOf(values, entries[index] as Entry))
    const admin = port === undefined ? {} : { admin: { port, key: 'admin_port' } }
    return { file, links, settings, secrets: loaded.secrets, ...admin }
  }
}

/** A schema costs some milliseconds to compile, and the file is looked at again and again. */
function rememberLast(): (entries: readonly Entry[]) => ReturnType<typeof pipelineSchema> {
  let last:
    | { readonly of: readonly unknown[]; readonly schema: ReturnType<typeof pipelineSchema> }
    | undefined
  return entries => {
    const of = entries.flatMap(({ halves: { kind, own, other } }) => [kind, own, other])
    const same = last?.of.length === of.length && last.of.every((value, index) => value === of[index])
    if (!last || !same) last = { of, schema: pipelineSchema(entries.map(({ halves }) => halves)) }
    return last.schema
  }
}

function linkOf(values: EntryValues, { halves, outline }: Entry): Link {
  const { name, config, target, send_event_attempts, dead_letter } = values
  const part: Part = { connector: halves.own as AnyConnector, config }
  const received = (): Part<Source> => ({
    connector: createReceiver(),
    config: values.receiver,
  })
  const posted = (): Part<Sink> => {
    const { url, ...keys } = target as { url: string }
    return { connector: httpTarget, config: { ...keys, target: url } }
  }
  const [own, asSource, asSink] = [part, part as Part<Source>, part as Part<Sink>]
  const ways: Record<Exclude<typeof halves.kind, 'unknown'>, () => readonly Way[]> = {
    source: () => [{ source: asSource, sink: posted() }],
    sink: () => [{ source: received(), sink: asSink }],
    pair: () => [
      {
        source: asSource,
        sink: { connector: halves.other as Sink, config: (values.sink as EntryValues).config },
      },
    ],
    processor: () => [
      { source: received(), sink: asSink },
      { source: asSource, sink: posted() },
    ],
  }
  return {
    name,
    part: own,
    ways: ways[halves.kind as keyof typeof ways](),
    // The way to where dead letters are posted has what it shares with the target.
    settings: { ...target, send_event_attempts, ...(dead_letter && { dead_letter }) },
    presence: name,
    digest: digestOf([outline, values]),
  }
}
