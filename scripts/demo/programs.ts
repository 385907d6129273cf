import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { request } from 'undici'
import { type Running, type StartOptions, start } from './processes.ts'
import { type AnycostSimulator, STREAMS } from './streams.ts'

/** What a simulator of a cloud says of itself. */
export interface Simulator {
  readonly url: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** A sink that runs, and where events are posted to. */
export interface Sink {
  readonly running: Running
  readonly url: string
}

type Told = Pick<StartOptions, 'onLine' | 'onLog'>

/** Programs of this house, each with a configuration and a data directory in a folder. */
export function programsIn(folder: string) {
  const configured = (name: string, app: string, config: string) => {
    const file = join(folder, `${name}.yml`)
    writeFileSync(file, config)
    const env = { CONNECTOR_CONFIG: file, BILLOW_DATA_DIR: join(folder, name) }
    return (args: readonly string[], told: Told = {}, more: Readonly<Record<string, string>> = {}) =>
      start(name, { script: `apps/${app}/dist/main.js`, args, env: { ...env, ...more }, ...told })
  }

  async function sink(app: string, config: string, told: Told): Promise<Sink> {
    const running = configured(app, app, config)([], told, { CONNECTOR_PORT: '0' })
    const { port } = JSON.parse(await running.log(line => line.includes('"listening"'))) as { port: number }
    return { running, url: `http://127.0.0.1:${port}` }
  }

  return {
    display: (told: Told) => sink('sink-display', 'format: compact\n', told),
    /** The sink of CloudZero, which waits a second before it sends a day. */
    cloudzero: ({ url, apiKey, connections }: AnycostSimulator, told: Told) =>
      sink(
        'sink-cloudzero',
        `endpoint: ${url}
connections:
${STREAMS.map((currency, index) => `  ${currency}: ${connections[index]}\n`).join('')}secret:
  api_key: ${apiKey}
flush: { quiet: 1, max_age: 5 }
focus:
  defaults: { BillingAccountId: "123456789012" }
`,
        told,
      ),
    /** A source with its configuration, in the form of its document with an `endpoint` and `more`; `name` is that of its folder. */
    source(
      app: string,
      name: string,
      { url, accessKeyId, secretAccessKey }: Simulator,
      target: string,
      more = '',
    ) {
      const run = configured(
        name,
        app,
        `target: ${target}\nendpoint: ${url}\nsecret:\n  access_key_id: ${accessKeyId}\n  secret_access_key: ${secretAccessKey}\n${more}`,
      )
      return {
        backfill: (from: string, to: string, told: Told) =>
          run(['pull', '--from', from, '--to', to, '--yes'], told).ended,
        run: (told: Told) => run([], told),
        /** What it prints of its dead letters, as JSON. */
        async deadLetters(): Promise<string> {
          let text = ''
          const asked = run(['dead-letters', '--json'], {
            onLine: line => {
              text += line
            },
          })
          await asked.ended
          return text
        },
      }
    },
  }
}

/** Whether the sink has days that CloudZero was not seen to have. */
export async function isPending(url: string): Promise<boolean> {
  const { body } = await request(`${url}/metrics`)
  const figures = (await body.text()).matchAll(/^billow_cloudzero_pending\{[^}]*\} (\d+)$/gm)
  return [...figures].some(([, days]) => days !== '0')
}
