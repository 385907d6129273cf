import type { Clock } from '@billow/core'
import {
  type AlicloudSimulator,
  type AlicloudSimulatorOptions,
  startAlicloudSimulator,
} from './alicloud/simulator.ts'
import { type AwsSimulator, type AwsSimulatorOptions, startAwsSimulator } from './aws/simulator.ts'

export interface SimulatorsOptions {
  /** For both, unless their own options say otherwise. */
  readonly seed?: number
  /** For both, unless their own options say otherwise. */
  readonly clock?: Clock
  readonly aws?: AwsSimulatorOptions
  readonly alicloud?: AlicloudSimulatorOptions
}

export interface Simulators {
  readonly aws: AwsSimulator
  readonly alicloud: AlicloudSimulator
  readonly close: () => Promise<void>
}

/** Starts the doubles of AWS and Alibaba Cloud, each on a port of its own. Rejects when one cannot start. */
export async function startSimulators(options: SimulatorsOptions = {}): Promise<Simulators> {
  const { aws: awsOptions, alicloud: alicloudOptions, ...common } = options
  const aws = await startAwsSimulator({ ...common, ...awsOptions })
  try {
    const alicloud = await startAlicloudSimulator({ ...common, ...alicloudOptions })
    return { aws, alicloud, close: async () => void (await Promise.all([aws.close(), alicloud.close()])) }
  } catch (error) {
    await aws.close()
    throw error
  }
}
