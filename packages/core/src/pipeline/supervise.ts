import { AsyncLocalStorage } from 'node:async_hooks'
import { AuthError } from '../errors.ts'
import type { Board } from './board.ts'
import type { Host } from './host.ts'
import { type Kept, keepLink } from './keep.ts'
import type { Link } from './link.ts'

export interface SuperviseOptions {
  readonly host: Host
  readonly board: Board
  readonly stop: AbortSignal
  readonly abandon: AbortSignal
  readonly fatal: (error: unknown) => boolean
  /** Told when a connector was refused for its credentials: they may have changed. */
  readonly onDenied: () => void
}

/** The connectors of a process, each of which lives on its own. */
export interface Crew {
  /** Starts, changes and ends connectors until they are these. What has not changed is left alone. */
  follow(links: readonly Link[]): void
  /** Starts the connector anew in whose work an error went astray; its name, or nothing where it is nobody's. */
  crash(error: unknown): string | undefined
  /** Resolves when all have ended; rejects with a fatal error. */
  readonly ended: Promise<void>
}

interface Member {
  readonly kept: Kept
  /** The digest of the link that the newest configuration asks for; nothing where it was taken out. */
  asked: string | undefined
  over: boolean
}

/** Which connector the work under way belongs to, also when its error is caught by nobody. */
const scope = new AsyncLocalStorage<string>()

export function supervise({ host, board, stop, abandon, fatal, onDenied }: SuperviseOptions): Crew {
  const members = new Map<string, Member>()
  const ended = Promise.withResolvers<void>()
  let alive = 0

  function start(link: Link): void {
    const { name } = link
    const status = board.cell(name)
    status.set('starting')
    alive += 1
    const kept = scope.run(name, () =>
      keepLink(link, {
        host,
        status,
        watch: board.of(name),
        stop,
        abandon,
        fatal,
        onFailure: error => {
          if (error instanceof AuthError) onDenied()
        },
      }),
    )
    const member: Member = { kept, asked: link.digest, over: false }
    members.set(name, member)
    kept.ended.then(() => {
      member.over = true
      alive -= 1
      if (alive === 0) ended.resolve()
      // One that ended by itself stays to be seen; one that was taken out does not.
      if (member.asked !== undefined) return
      members.delete(name)
      board.remove(name)
    }, ended.reject)
  }

  return {
    follow(links) {
      const names = new Set(links.map(({ name }) => name))
      for (const [name, member] of members) {
        if (names.has(name) || member.asked === undefined) continue
        host.log.info({ connector: name }, 'taken out of the configuration: stopping')
        member.asked = undefined
        member.kept.want(undefined)
      }
      for (const link of links) {
        const { name, digest } = link
        const member = members.get(name)
        if (member?.asked === digest) continue
        if (!member || member.over) {
          start(link)
          continue
        }
        member.asked = digest
        // What did not work was followed by the one before, which may be what is asked for again.
        if (member.kept.wanted?.digest === digest) continue
        host.log.info({ connector: name }, 'its configuration changed: starting anew')
        member.kept.want(link)
      }
    },
    crash(error) {
      const name = scope.getStore()
      const member = members.get(name ?? '')
      member?.kept.crash(error)
      return member && name
    },
    ended: ended.promise,
  }
}
