import { describeError, Gone } from '../errors.ts'
import { createAdminServer, type Watch } from '../http/index.ts'
import type { Board } from '../pipeline/board.ts'
import type { Host } from '../pipeline/host.ts'
import type { Load, Plan } from '../pipeline/link.ts'
import { type Reload, watchPlan } from '../pipeline/reload.ts'
import { supervise } from '../pipeline/supervise.ts'
import { announce } from '../runtime/presence.ts'
import { onHangup } from '../runtime/signals.ts'
import { stopOnSignals } from '../runtime/stop.ts'
import { isClosedPipe, onUnexpected } from '../runtime/unexpected.ts'
import { observeProcess } from '../telemetry/process.ts'
import { EXIT } from './exit-code.ts'

export interface RunOptions {
  readonly board: Board
  readonly open: (plan: Plan) => Promise<Host>
  readonly version?: string | undefined
}

/** `run` of an image: its one connector. Where it cannot go on, whoever started it hears so by the exit code. */
export function runAlone(load: Load, name: string, options: RunOptions): Promise<number> {
  return run(load, {
    ...options,
    watch: options.board.of(name),
    // A source whose target is gone for good stays, to be seen; a sink that cannot go on ends.
    fatal: (error, plan) =>
      !(error instanceof Gone && plan.links[0] && 'read' in plan.links[0].part.connector),
  })
}

/** `run` of a pipeline: many connectors, none of which takes another one down. */
export function runTogether(load: Load, presence: string, options: RunOptions): Promise<number> {
  return run(load, { ...options, presence, watch: options.board.all, fatal: () => false })
}

interface Running extends RunOptions {
  /** What is told of the process. */
  readonly watch: Watch
  /** A socket for the process as a whole, beside those of its connectors. */
  readonly presence?: string
  readonly fatal: (error: unknown, plan: Plan) => boolean
}

/** Connects until it is told to stop. SIGHUP, a changed file or a rotated secret changes what runs. */
async function run(load: Load, { board, open, version, watch, presence, fatal }: Running): Promise<number> {
  let reload: Reload | undefined
  // Before anything else: a SIGHUP that comes early must not end the process.
  const forget = onHangup(() => reload?.asked())
  const plan = await load()
  const host = await open(plan)
  const { log } = host
  observeProcess(board.meter({}), version)
  const stopping = stopOnSignals(log)
  const { stop, abandon } = stopping
  const closing: (() => Promise<void>)[] = []
  try {
    if (presence !== undefined) {
      const socket = await announce(host.data.directory, presence, watch)
      closing.push(() => socket.close())
    }
    const admin = plan.admin && (await createAdminServer({ ...watch, at: plan.admin }))
    if (admin) closing.push(() => admin.close())
    const connectors = plan.links.map(({ name }) => name)
    const told = admin && { admin: admin.port }
    log.info(
      { version, connectors, config: plan.file ?? 'none', data: host.data.directory, ...told },
      'starting',
    )
    const crew = supervise({
      host,
      board,
      stop,
      abandon,
      fatal: error => fatal(error, plan),
      onDenied: () => reload?.denied(),
    })
    if (presence !== undefined) {
      onUnexpected(error => {
        if (isClosedPipe(error)) return
        const connector = crew.crash(error)
        const reason = describeError(error)
        if (connector === undefined) log.error({ reason }, 'an error that belongs to no connector: going on')
        else log.error({ connector, reason }, 'broke outside of every call: starting it anew')
      })
    }
    crew.follow(plan.links)
    reload = watchPlan({
      load,
      host,
      plan,
      stop,
      follow(next) {
        host.follow(next)
        crew.follow(next.links)
      },
    })
    await crew.ended
  } finally {
    for (const close of closing) await close()
    stopping.end()
    forget()
    await host.close()
  }
  log.info('stopped')
  return EXIT.ok
}
