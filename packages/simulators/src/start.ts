import type { Clock } from '@billow/core'
import {
  type AlicloudSimulator,
  type AlicloudSimulatorOptions,
  startAlicloudSimulator,
} from './alicloud/simulator.ts'
import { type AwsSimulator, type AwsSimulatorOptions, startAwsSimulator } from './aws/simulator.ts'
import {
  type CloudzeroSimulator,
  type CloudzeroSimulatorOptions,
  startCloudzeroSimulator,
} from './cloudzero/simulator.ts'

export interface SimulatorsOptions {
  /** For both bills, unless their own options say otherwise. */
  readonly seed?: number
  /** For both bills, unless their own options say otherwise. */
  readonly clock?: Clock
  readonly aws?: AwsSimulatorOptions
  readonly alicloud?: AlicloudSimulatorOptions
  readonly cloudzero?: CloudzeroSimulatorOptions
}

export interface Simulators {
  readonly aws: AwsSimulator
  readonly alicloud: AlicloudSimulator
  readonly cloudzero: CloudzeroSimulator
  readonly close: () => Promise<void>
}

/** Starts the doubles of AWS, Alibaba Cloud and CloudZero, each on a port of its own. Rejects when one cannot start. */
export async function startSimulators(options: SimulatorsOptions = {}): Promise<Simulators> {
  const { aws: awsOptions, alicloud: alicloudOptions, cloudzero: cloudzeroOptions, ...common } = options
  const started: { close(): Promise<void> }[] = []
  const keep = <T extends { close(): Promise<void> }>(one: T): T => {
    started.push(one)
    return one
  }
  const close = async () => void (await Promise.all(started.map(one => one.close())))
  try {
    const aws = keep(await startAwsSimulator({ ...common, ...awsOptions }))
    const alicloud = keep(await startAlicloudSimulator({ ...common, ...alicloudOptions }))
    const cloudzero = keep(await startCloudzeroSimulator(cloudzeroOptions))
    return { aws, alicloud, cloudzero, close }
  } catch (error) {
    await close()
    throw error
  }
}
