import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpus } from 'node:os'
import { type Answered, type Asked, END } from './answer.ts'

/** A process of the bench that answers questions. */
export interface Process {
  /** @throws where it fails to answer, with the last of what it wrote to stderr. */
  ask<T>(question: string, argument?: unknown): Promise<T>
  stop(): Promise<void>
}

/** Whether the subject has a core for itself: it needs two, and `taskset`. */
export const pinned = cpus().length > 1 && spawnSync('taskset', ['--version']).status === 0

const SUBJECT_CORE = '0'
const OTHER_CORE = '1'
const KEPT = 2000

export interface StartOptions {
  readonly script: string
  readonly subject: boolean
  readonly env?: Readonly<Record<string, string>>
  /** A directory that takes its CPU profile. */
  readonly profile?: string | undefined
}

/** Starts a script with the Node that runs the bench, on the core that it belongs to. */
export function start({ script, subject, env = {}, profile }: StartOptions): Process {
  const node = [
    process.execPath,
    '--conditions=billow-source',
    '--disable-warning=ExperimentalWarning',
    ...(profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : []),
    script,
  ]
  const [command = '', ...args] = pinned
    ? ['taskset', '-c', subject ? SUBJECT_CORE : OTHER_CORE, ...node]
    : node
  const child = spawn(command, args, {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const abandon = (): unknown => child.kill('SIGKILL')
  process.on('exit', abandon)
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-KEPT)
  })
  const ended = once(child, 'close').finally(() => process.off('exit', abandon))
  const asked = new Map<number, PromiseWithResolvers<unknown>>()
  const fail = (why: string): void => {
    for (const { reject } of asked.values()) reject(new Error(`${script}: ${why}\n${said}`))
    asked.clear()
  }
  void ended.then(() => fail('ended'))
  child.on('message', ({ id, value, error }: Answered) => {
    const question = asked.get(id)
    asked.delete(id)
    if (error === undefined) question?.resolve(value)
    else question?.reject(new Error(`${script}: ${error}`))
  })
  let next = 0
  return {
    ask<T>(question: string, argument?: unknown) {
      const answered = Promise.withResolvers<unknown>()
      const message: Asked = { id: next++, question, argument }
      asked.set(message.id, answered)
      if (child.connected) child.send(message)
      else fail('ended')
      return answered.promise as Promise<T>
    },
    async stop() {
      // One that is profiled has something to write at its end.
      if (profile && child.connected) child.send({ id: -1, question: END } satisfies Asked)
      else child.kill('SIGKILL')
      await ended
    },
  }
}
