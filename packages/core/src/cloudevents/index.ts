export { decode } from './decode.ts'
export { DecodeError } from './decode-error.ts'
export {
  encodeBatch,
  encodeBinary,
  encodeStructured,
  eventToJson,
  joinBatch,
  type Message,
} from './encode.ts'
export type { Headers } from './headers.ts'
export { validateEvent } from './validate.ts'
