export type { AlicloudBillingConfig } from './config.ts'
export type { BillRow } from './event.ts'
export { alicloudBill, alicloudBilling } from './source.ts'
