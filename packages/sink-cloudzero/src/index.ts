export type { CbfRow } from './cbf.ts'
export type { CloudzeroConfig } from './config.ts'
export { cloudzero, cloudzero as default } from './sink.ts'
