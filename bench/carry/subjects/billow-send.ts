import { streamSource, Type } from '@billow/core'
import { batchSize, pages, target } from '../subject.ts'
import { runBillow } from './billow.ts'

const source = streamSource({
  name: 'source-pages',
  config: Type.Object({}),
  read: () => pages(),
})

await runBillow(source, { target, batch_size: batchSize })
