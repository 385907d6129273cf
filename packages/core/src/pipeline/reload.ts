import { ConfigError, describeError } from '../errors.ts'
import type { Host } from './host.ts'
import type { Load, Plan } from './link.ts'

/** How often files are looked at: soon enough for a rotated key, and next to nothing of a processor's time. */
const LOOK_MS = 10_000
/** Sooner for a while after a refusal for wrong credentials: somebody may be rotating them. */
const DENIED_LOOK_MS = 1000
const DENIED_MS = 60_000
/** A file that is being written may be read half: what changed must be the same again after this. */
const SETTLE_MS = 250

export interface ReloadOptions {
  readonly load: Load
  readonly host: Host
  /** What runs now. */
  readonly plan: Plan
  readonly stop: AbortSignal
  /** Told of each new plan that differs. */
  readonly follow: (plan: Plan) => void
}

export interface Reload {
  /** Somebody says that the files are ready. */
  asked(): void
  /** A connector was refused for its credentials: looks at once, and often for a while. */
  denied(): void
  /** Resolves when it looks no more. */
  readonly ended: Promise<void>
}

/**
 * Reads the configuration with all that it refers to again and again, and follows what changed. By content: a mounted
 * ConfigMap or Secret changes by a link that is exchanged. A wrong configuration is said once, and changes nothing.
 */
export function watchPlan({ load, host, plan, stop, follow }: ReloadOptions): Reload {
  const { log, clock } = host
  let running = plan
  let told = ''
  let deniedUntil = 0
  let wake = Promise.withResolvers<boolean>()

  async function read(): Promise<Plan | undefined> {
    try {
      const found = await load()
      if (told !== '') log.info('the configuration is right again')
      told = ''
      return found
    } catch (error) {
      const faults = error instanceof ConfigError ? error.faults : [describeError(error)]
      const text = faults.join('\n')
      if (text !== told) log.error({ faults }, 'the new configuration is wrong: going on with the one before')
      told = text
      return undefined
    }
  }

  async function lookOnce(asked: boolean): Promise<void> {
    let found = await read()
    if (!found || markOf(found) === markOf(running)) {
      if (asked && found) log.info('read the configuration again: nothing changed')
      return
    }
    if (!asked) {
      await clock.sleep(SETTLE_MS, stop)
      const again = await read()
      if (!again || markOf(again) !== markOf(found)) return
      found = again
    }
    if (storeOf(found) !== storeOf(running)) {
      log.warn('store_config and admin_port are followed at the next start only')
    }
    running = found
    log.info({ config: found.file }, 'the configuration changed')
    follow(found)
  }

  async function watch(): Promise<void> {
    while (!stop.aborted) {
      const waiting = new AbortController()
      const asked = await Promise.race([
        clock.sleep(pause(), AbortSignal.any([stop, waiting.signal])).then(
          () => false,
          () => false,
        ),
        wake.promise,
      ])
      waiting.abort()
      wake = Promise.withResolvers()
      if (!stop.aborted) await lookOnce(asked).catch(() => undefined)
    }
  }

  const pause = (): number => (clock.now().getTime() < deniedUntil ? DENIED_LOOK_MS : LOOK_MS)

  return {
    asked: () => wake.resolve(true),
    denied() {
      deniedUntil = clock.now().getTime() + DENIED_MS
      wake.resolve(false)
    },
    ended: watch(),
  }
}

const markOf = (plan: Plan): string =>
  JSON.stringify([
    plan.links.map(({ name, digest }) => [name, digest]),
    plan.settings.log_config,
    storeOf(plan),
  ])

const storeOf = ({ settings, admin }: Plan): string => JSON.stringify([settings.store_config, admin])
