import { Type } from '@billow/core'
import { createReceiver } from '../../../packages/core/src/http/index.ts'
import { port, target } from '../subject.ts'
import { runBillow } from './billow.ts'

const receiver = createReceiver()

// Its `auth` would be the target's as well, in one flat file.
const config = Type.Omit(receiver.config, ['auth'])

await runBillow({ ...receiver, name: 'source-forward', config }, { port, host: '127.0.0.1', target })
