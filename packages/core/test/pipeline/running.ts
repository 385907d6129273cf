import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import type { Sink, Source } from '../../src/connector.ts'
import { type Board, createBoard } from '../../src/pipeline/board.ts'
import type { Host } from '../../src/pipeline/host.ts'
import type { Link } from '../../src/pipeline/link.ts'
import { type Crew, supervise } from '../../src/pipeline/supervise.ts'
import { openMemoryStore } from '../../src/state/memory.ts'
import { jumpingClock } from '../support/clock.ts'
import { testSide } from '../support/side.ts'

/** A link of one way; another `digest` is another configuration. */
export function linkOf(name: string, source: Source, sink: Sink, digest = '1'): Link {
  const part = { connector: source, config: {} }
  return {
    name,
    part,
    ways: [{ source: part, sink: { connector: sink, config: {} } }],
    settings: { send_event_attempts: 1 },
    presence: name,
    digest,
  }
}

export interface Running {
  readonly crew: Crew
  readonly board: Board
  readonly host: Host
  readonly stop: AbortController
  /** Messages of the log. */
  readonly said: string[]
  state(name: string): string
  /** Resolves when a connector is in this state. */
  is(name: string, state: string): Promise<void>
}

/** Connectors that are supervised on a clock that jumps. */
export function superviseHere(fatal: (error: unknown) => boolean = () => false): Running {
  const clock = jumpingClock('2024-05-15T12:00:00Z')
  const directory = mkdtempSync(join(tmpdir(), 'billow-'))
  const said: string[] = []
  const store = openMemoryStore()
  const host: Host = {
    log: pino(
      { level: 'info' },
      { write: line => void said.push((JSON.parse(line) as { msg: string }).msg) },
    ),
    clock,
    data: { directory, store: join(directory, 'billow.db') },
    store: () => store,
    side: ({ name }, { config }) => testSide(clock, config, store.open(name)),
    follow() {},
    async close() {},
  }
  const board = createBoard()
  const stop = new AbortController()
  const abandon = new AbortController()
  const crew = supervise({
    host,
    board,
    stop: stop.signal,
    abandon: abandon.signal,
    fatal,
    onDenied: () => undefined,
  })
  const state = (name: string): string => board.cell(name).get().state
  return {
    crew,
    board,
    host,
    stop,
    said,
    state,
    async is(name, wanted) {
      while (state(name) !== wanted) await new Promise(resolve => setTimeout(resolve, 2))
    },
  }
}
