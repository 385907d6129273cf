// The sink of CloudZero, as SOAK_BROKEN has it, on the real runtime.
import { launch } from '@billow/core/launch'
import { cloudzero } from '@billow/sink-cloudzero'
import { SINK_BREAKS } from './broken-sink.ts'

const { SOAK_BROKEN = '' } = process.env

await launch(async () => SINK_BREAKS[SOAK_BROKEN]?.(cloudzero) ?? cloudzero)
