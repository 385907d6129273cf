// What the floor and the program with the official SDK share: plain node:http, undici and node:sqlite.
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { CloudEvent } from '@billow/core'
import { Pool } from 'undici'
import { data, IN_FLIGHT, pages, port, target } from '../subject.ts'

export interface Message {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Answers 204 to each request once it is handled. */
export function serve(handle: (body: string, headers: IncomingHttpHeaders) => void | Promise<void>): void {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', async () => {
      try {
        await handle(Buffer.concat(chunks).toString(), request.headers)
        response.writeHead(204).end()
      } catch {
        response.writeHead(503).end()
      }
    })
  })
  server.listen(port, '127.0.0.1')
}

const pool = new Pool(target, { connections: IN_FLIGHT })

export async function post({ headers, body }: Message): Promise<void> {
  const answer = await pool.request({ method: 'POST', path: '/', headers, body })
  await answer.body.dump()
  if (answer.statusCode < 200 || answer.statusCode > 299) throw new Error(`answered ${answer.statusCode}`)
}

/** Posts what is read, some requests at once, and saves the place behind each page once all before it is safe. */
export async function sendPages(write: (events: readonly CloudEvent[]) => readonly Message[]): Promise<void> {
  const save = openPlace()
  let under = 0
  let left = (): void => undefined
  let saved = Promise.resolve()
  const send = async (message: Message): Promise<void> => {
    under += 1
    await post(message)
    under -= 1
    left()
  }
  for await (const { events, cursor } of pages()) {
    const sent: Promise<void>[] = []
    for (const message of write(events)) {
      if (under >= IN_FLIGHT) {
        await new Promise<void>(resolve => {
          left = resolve
        })
      }
      sent.push(send(message))
    }
    saved = Promise.all([saved, ...sent]).then(() => save(cursor))
  }
}

/** The place to go on from, on the disk when it is saved. */
function openPlace(): (cursor: string) => void {
  const database = new DatabaseSync(join(data, 'place.db'))
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  database.exec('CREATE TABLE place (name TEXT PRIMARY KEY, cursor TEXT)')
  const save = database.prepare("INSERT OR REPLACE INTO place (name, cursor) VALUES ('cursor', ?)")
  return cursor => void save.run(cursor)
}
