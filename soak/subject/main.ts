// A subject that can be broken on purpose: a source chosen by SOAK_SOURCE as SOAK_BROKEN has it, on the real runtime.
import { launch } from '@billow/core/launch'
import type { Source } from '@billow/core'
import { awsBilling } from '@billow/source-aws-billing'
import { BREAKS } from './broken.ts'
import { outbox } from './outbox.ts'

const { SOAK_SOURCE, SOAK_BROKEN = '' } = process.env
const source: Source = SOAK_SOURCE === 'outbox' ? outbox : awsBilling

await launch(async () => BREAKS[SOAK_BROKEN]?.apply(source) ?? source)
