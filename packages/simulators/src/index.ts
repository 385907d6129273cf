export type { AlicloudFaults } from './alicloud/faults.ts'
export {
  type AlicloudSimulator,
  type AlicloudSimulatorOptions,
  startAlicloudSimulator,
} from './alicloud/simulator.ts'
export type { Partition } from './aws/bill.ts'
export type { AwsFaults } from './aws/faults.ts'
export { type AwsSimulator, type AwsSimulatorOptions, startAwsSimulator } from './aws/simulator.ts'
export type { Anomaly } from './bills/anomalies.ts'
export type { Billed, Correction } from './bills/bill.ts'
export type { BillingDrop } from './cloudzero/drops.ts'
export type { CloudzeroFaults } from './cloudzero/faults.ts'
export { CLOUDZERO_TEST_CONNECTIONS, CLOUDZERO_TEST_KEY, type CloudzeroKey } from './cloudzero/keys.ts'
export type { CbfRow } from './cloudzero/row.ts'
export type { CloudzeroTotal } from './cloudzero/rows.ts'
export {
  type CloudzeroSimulator,
  type CloudzeroSimulatorOptions,
  startCloudzeroSimulator,
} from './cloudzero/simulator.ts'
export type { DeliveryFaults, Faults, Times, TimesSpec } from './faults.ts'
export type { ActionCount, LoggedRequest, RequestLog } from './requests.ts'
export { type AccessKey, ALICLOUD_TEST_KEY, AWS_TEST_KEY } from './signatures/keys.ts'
export { type Simulators, type SimulatorsOptions, startSimulators } from './start.ts'
