export type { AwsBillingConfig } from './config.ts'
export type { Cost, CostRow, TagValue } from './event.ts'
export { awsBill, awsBilling } from './source.ts'
