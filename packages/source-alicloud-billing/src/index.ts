export type { AlicloudBillingConfig } from './config.ts'
export type { BillRow } from './event.ts'
export { alicloudBill, alicloudBilling, alicloudBilling as default } from './source.ts'
