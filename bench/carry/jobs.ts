import { join, relative, resolve } from 'node:path'
import type { EventKind } from '../events.ts'

/** A piece of work that programs of several makes do side by side. */
export interface Job {
  readonly name: 'receive' | 'forward' | 'send' | 'batch'
  readonly title: string
  /** Whether events are posted to the subject, or read by it. */
  readonly posted: boolean
  /** Whether the sink gets the events; else the subject counts them. */
  readonly delivers: boolean
  readonly batchSize: number
  readonly arms: readonly Arm[]
}

/** A program that does a job. */
export interface Arm {
  readonly name: string
  readonly script: string
  /** How much less than the others it is given, since it takes so much longer. */
  readonly part?: number
}

const ROOT = join(import.meta.dirname, '../..')
const SUBJECTS = join(import.meta.dirname, 'subjects')
const subject = (file: string): string => join(SUBJECTS, file)

export const FLOOR = 'node:http and undici'
export const BILLOW = 'Billow'
export const AGAIN = 'Billow again'

function arms(work: string): readonly Arm[] {
  return [
    { name: FLOOR, script: subject(`floor-${work}.ts`) },
    { name: BILLOW, script: subject(`billow-${work}.ts`) },
    { name: AGAIN, script: subject(`billow-${work}.ts`) },
    { name: 'cloudevents SDK', script: subject(`sdk-${work}.ts`) },
    { name: 'Node-RED', script: subject(`node-red-${work}.ts`), part: 0.1 },
  ]
}
const daily: Arm = { name: 'Billow, a daily source', script: subject('billow-daily.ts') }

export const JOBS: readonly Job[] = [
  {
    name: 'receive',
    title: 'Receive: a request an event, counted, then answered',
    posted: true,
    delivers: false,
    batchSize: 1,
    arms: arms('receive'),
  },
  {
    name: 'forward',
    title: 'Forward: received, posted to a target, answered after its 2xx',
    posted: true,
    delivers: true,
    batchSize: 1,
    arms: arms('forward'),
  },
  {
    name: 'send',
    title: 'Send: read from a source, one in a request, the place saved after each 100',
    posted: false,
    delivers: true,
    batchSize: 1,
    arms: [...arms('send'), daily],
  },
  {
    name: 'batch',
    title: 'Batch: read from a source, 100 in a request, the place saved after each 100',
    posted: false,
    delivers: true,
    batchSize: 100,
    arms: [...arms('send'), { ...daily, part: 0.25 }],
  },
]

/** Whether an arm is neither the floor nor Billow. */
export const isPeer = ({ name }: Arm): boolean => name !== FLOOR && !name.startsWith(BILLOW)

/** Adds Billow as another checkout has it. */
export function withBefore(arms: readonly Arm[], checkout: string): readonly Arm[] {
  const before = arms
    .filter(arm => !isPeer(arm) && arm.name !== FLOOR && arm.name !== AGAIN)
    .map(({ name, script, ...rest }) => ({
      ...rest,
      name: `${name}, before`,
      script: join(resolve(checkout), relative(ROOT, script)),
    }))
  return [...arms, ...before]
}

/** How many events: to warm up with, and to measure. */
export interface Amount {
  readonly warm: number
  readonly count: number
}

export type Amounts = Readonly<Record<Job['name'], Amount>>

export const FULL: Amounts = {
  receive: { warm: 6000, count: 12_000 },
  forward: { warm: 4000, count: 8000 },
  send: { warm: 6000, count: 12_000 },
  batch: { warm: 40_000, count: 60_000 },
}

/** To see that all works, not how fast. */
export const QUICK: Amounts = {
  receive: { warm: 50, count: 200 },
  forward: { warm: 50, count: 200 },
  send: { warm: 50, count: 250 },
  batch: { warm: 150, count: 1050 },
}

export interface Task {
  readonly job: Job
  readonly arm: Arm
  readonly kind: EventKind
  readonly amount: Amount
}
