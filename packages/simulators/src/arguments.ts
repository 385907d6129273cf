import { parseArgs } from 'node:util'
import { describeError, parseClock, UsageError } from '@billow/core'
import type { SimulatorsOptions } from './start.ts'

export const HELP = `Usage: billow-simulators [options]

Runs HTTP doubles of AWS Cost Explorer (with STS), Alibaba Cloud BSS OpenAPI and CloudZero AnyCost Stream on 127.0.0.1,
until SIGTERM or Ctrl-C.

  --port-aws PORT         port of the AWS double; any free one if left out
  --port-alicloud PORT    port of the Alibaba Cloud double; any free one if left out
  --port-cloudzero PORT   port of the CloudZero double; any free one if left out
  --clock DAY             the day (noon UTC), or the instant, that the bills are seen at; now if left out
  --seed N                another seed is another bill; 1 if left out
  --cur FILE              serve this AWS Cost and Usage Report (CSV) in place of the generated AWS bill
  --partition NAME        aws (USD, us-east-1), or aws-cn (CNY, cn-northwest-1); aws if left out
  --json                  print URLs and keys as one line of JSON
  --help                  print this

Faults are set while it runs: curl -d '{"throttle":3}' URL/_simulator/faults
`

export interface Arguments {
  readonly help: boolean
  readonly json: boolean
  readonly options: SimulatorsOptions
}

/** Reads the command line. Throws `UsageError`. */
export function readArguments(args: readonly string[]): Arguments {
  const { values } = parse(args)
  const port = (name: 'port-aws' | 'port-alicloud' | 'port-cloudzero') =>
    whole(`--${name}`, values[name] ?? '0', 65_535)
  const { clock, seed, cur, partition = 'aws' } = values
  if (partition !== 'aws' && partition !== 'aws-cn') {
    throw new UsageError(`--partition: found "${partition}"; give aws or aws-cn`)
  }
  return {
    help: values.help === true,
    json: values.json === true,
    options: {
      seed: whole('--seed', seed ?? '1', 2 ** 32 - 1),
      ...(clock !== undefined && { clock: parseClock(clock) }),
      aws: { port: port('port-aws'), partition, ...(cur !== undefined && { cur }) },
      alicloud: { port: port('port-alicloud') },
      cloudzero: { port: port('port-cloudzero') },
    },
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        'port-aws': { type: 'string' },
        'port-alicloud': { type: 'string' },
        'port-cloudzero': { type: 'string' },
        clock: { type: 'string' },
        seed: { type: 'string' },
        cur: { type: 'string' },
        partition: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    })
  } catch (error) {
    throw new UsageError(`${describeError(error)}. See billow-simulators --help.`)
  }
}

function whole(flag: string, text: string, max: number): number {
  if (/^\d{1,10}$/.test(text) && Number(text) <= max) return Number(text)
  throw new UsageError(`${flag}: found "${text}"; give a whole number from 0 to ${max}`)
}
