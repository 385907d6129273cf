import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Client, request } from 'undici'
import { type App, newPlace, type Place, ROOT } from './app.ts'

export interface Told {
  readonly pid: number
  readonly ready: boolean
  readonly connectors: readonly {
    readonly name: string
    readonly state: string
    readonly since: string
    readonly reason?: string
  }[]
}

/** A folder with a pipeline file, and modules beside it. */
export interface PipelinePlace extends Place {
  /** Writes a file, such as a module, and returns its path. */
  file(name: string, text: string): string
  billow(...args: readonly string[]): App
  /** Runs a command to its end. */
  command(...args: readonly string[]): ReturnType<Place['run']>
  /** What the socket of the process says, as `health` asks it. */
  told(): Promise<Told>
  /** Resolves when the named connectors are in these states. */
  is(states: Readonly<Record<string, string>>): Promise<Told>
  /** Kills what still runs. */
  end(): Promise<void>
}

/** `program` is the file of `billow`: that of the package, or the app's. */
export function newPipelinePlace(
  env: Readonly<Record<string, string>> = {},
  program = join(ROOT, 'packages/cli/dist/bin.js'),
): PipelinePlace {
  const place = newPlace()
  const apps: App[] = []
  const all = { CONNECTOR_CONFIG: '', ...env }
  const process = new Client('http://pipeline', {
    socketPath: join(place.folder, 'data/billow.pipeline.sock'),
  })
  const told = async (): Promise<Told> => {
    const { body } = await process.request({ path: '/readyz', method: 'GET' })
    return (await body.json()) as Told
  }
  return {
    ...place,
    told,
    file(name, text) {
      const path = join(place.folder, name)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, text)
      return path
    },
    billow(...args) {
      const app = place.start(program, args, all)
      apps.push(app)
      return app
    },
    command: (...args) => place.run(program, args, all),
    async is(states) {
      for (;;) {
        await new Promise(resolve => setTimeout(resolve, 10))
        const now = await told().catch(() => undefined)
        if (!now) continue
        const found = Object.fromEntries(now.connectors.map(({ name, state }) => [name, state]))
        if (Object.entries(states).every(([name, state]) => found[name] === state)) return now
      }
    },
    async end() {
      await process.destroy()
      for (const { child, ended } of apps) {
        child.kill('SIGKILL')
        await ended
      }
    },
  }
}

/** A module with a source of numbered events that remembers where it is. */
export const NUMBERS = `export default {
  name: 'source-numbers',
  config: {
    type: 'object',
    properties: { count: { type: 'integer' }, from: { type: 'string', default: 'numbers' } },
    required: ['count'],
  },
  order: 'ordered',
  async *read({ config, state, signal }) {
    for (let n = Number((await state.get('next')) ?? 1); n <= config.count; n += 1) {
      const event = { specversion: '1.0', id: String(n), source: config.from, type: 'number', data: { n } }
      yield { events: [event], commit: () => state.set('next', String(n + 1)) }
    }
    await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }))
  },
}
`

/** The last port that a connector opened. */
export async function portOf(app: App, name: string, times = 1): Promise<number> {
  const line = `"connector":"${name}","host":"[^"]*","port":(\\d+),`
  await app.saw(new RegExp(`(${line}[^]*){${times}}`))
  return Number([...app.output().stderr.matchAll(new RegExp(line, 'g'))].at(-1)?.[1])
}

export async function post(port: number, id = '1'): Promise<number> {
  const { statusCode, body } = await request(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    headers: { 'content-type': 'application/cloudevents+json' },
    body: JSON.stringify({ specversion: '1.0', id, source: 's', type: 't', data: { id } }),
  })
  await body.dump()
  return statusCode
}
