import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { attempt, type Ended, type How, run } from './shell.ts'

/** Podman, with its images and containers in a folder of their own. */
export interface Engine {
  readonly place: string
  /** Runs `podman` with these words; resolves however it ended. */
  attempt(args: readonly string[], how?: How): Promise<Ended>
  /** Runs `podman`; throws with what it said when it fails. */
  podman(args: readonly string[], how?: How): Promise<string>
  build(args: readonly string[]): Promise<string>
  /** Removes the containers that are left, whatever they do, and all that is in `place`. */
  remove(): Promise<void>
  /** The words before a command, for whoever starts podman otherwise. */
  readonly words: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** Limits that a sandbox cannot raise, no systemd, and runc, which starts where crun does not. */
const CONFIG = `[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
`

/** Podman over the folder `place`. The same folder has the same images again. */
export async function openEngine(place: string): Promise<Engine> {
  const config = join(place, 'containers.conf')
  writeFileSync(config, CONFIG)
  // A build that is broken off leaves its own files too.
  const env = { CONTAINERS_CONF: config, TMPDIR: place }
  const words = (driver: string): readonly string[] => [
    '--root',
    join(place, `storage-${driver}`),
    '--runroot',
    join(place, 'run'),
    '--storage-driver',
    driver,
    // Without systemd it complains at every start that it cannot plan the health checks.
    '--log-level=fatal',
  ]
  // Overlay is quick, and not everywhere allowed; vfs copies each layer.
  const overlay = await attempt('podman', [...words('overlay'), 'info'], { env })
  const chosen = words(overlay.code === 0 ? 'overlay' : 'vfs')
  // A container that runs out of memory leaves a file where podman was called.
  const here = (how?: How): How => ({ cwd: place, ...how, env: { ...env, ...how?.env } })
  const engine: Engine = {
    place,
    words: chosen,
    env,
    attempt: (args, how) => attempt('podman', [...chosen, ...args], here(how)),
    podman: (args, how) => run('podman', [...chosen, ...args], here(how)),
    build: args => engine.podman(['build', '--format', 'docker', '--isolation', 'chroot', ...args]),
    async remove() {
      await engine.attempt(['rm', '--all', '--force', '--volumes', '--time', '0'])
      // Overlay's folder stays mounted on itself, and a build that was broken off leaves its layers.
      for (const mounted of mountsBelow(place)) await attempt('umount', ['--lazy', mounted])
      // Files of a rootless engine belong to users of a namespace of its own.
      if (process.getuid?.() !== 0) await engine.attempt(['unshare', 'rm', '-rf', place])
      rmSync(place, { recursive: true, force: true })
    },
  }
  return engine
}

/** The innermost first. */
function mountsBelow(place: string): readonly string[] {
  const table = '/proc/self/mounts'
  if (!existsSync(table)) return []
  return readFileSync(table, 'utf8')
    .split('\n')
    .map(line => (line.split(' ')[1] ?? '').replaceAll('\\040', ' '))
    .filter(mounted => mounted.startsWith(`${place}/`))
    .toReversed()
}
