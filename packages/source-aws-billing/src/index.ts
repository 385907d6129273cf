export type { AwsBillingConfig } from './config.ts'
export type { Cost, CostRow, TagValue } from './event.ts'
export { awsBill, awsBilling, awsBilling as default } from './source.ts'
