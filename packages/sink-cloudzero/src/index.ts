export type { CbfRow } from './cbf/row.ts'
export type { CloudzeroConfig } from './config.ts'
export { cloudzero, cloudzero as default, createCloudzero } from './sink.ts'
