export { type BufferedWrites, bufferWrites } from './buffer.ts'
export { holderName } from './holder.ts'
export { createMutex } from './mutex.ts'
