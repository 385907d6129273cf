import { readFileSync } from 'node:fs'

export interface Memory {
  /** Bytes that the process has for itself: what counts against a limit, and cannot be dropped. */
  readonly own: number
  /** With the pages of files, such as Node's own program, which all containers of a machine share. */
  readonly resident: number
}

/** The memory of a process now. Throws where it has ended. */
export function memoryOf(pid: number): Memory {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const bytes = (name: string): number => {
    const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)
    if (!found) throw new Error(`process ${pid} has ended`)
    return Number(found[1]) * 1024
  }
  return { own: bytes('RssAnon'), resident: bytes('VmRSS') }
}

const LOOK_MS = 50

/** Looks at a process until told to end, which gives the most that it had. Throws then where the process has ended. */
export function watchMemory(pid: number): { end(): Memory } {
  let most: Memory = { own: 0, resident: 0 }
  const look = (): void => {
    const { own, resident } = memoryOf(pid)
    most = { own: Math.max(most.own, own), resident: Math.max(most.resident, resident) }
  }
  const timer = setInterval(() => {
    try {
      look()
    } catch {
      // It has ended: `end` says so.
      clearInterval(timer)
    }
  }, LOOK_MS)
  return {
    end() {
      clearInterval(timer)
      look()
      return most
    },
  }
}
