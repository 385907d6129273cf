export type { Static, TObject, TSchema } from 'typebox'
export { Type } from 'typebox'
export type { BillDay, BillDays } from './billing/bill-days.ts'
export type { BillEvent, DailyBill, DayRow, Money, MonthTotals } from './billing/daily.ts'
export { dailySource } from './billing/daily-source.ts'
export type { DayRange } from './billing/ranges.ts'
export type { Span } from './billing/span.ts'
export { addDays, dayAt, daysBetween, monthRange } from './billing/day.ts'
export { type Amounts, addAmount, addDecimals, decimalOf, plainDecimal } from './billing/decimal.ts'
export { type Clock, clockFrom, parseClock, systemClock } from './clock.ts'
export type { Command, CommandCall, CommandOption, Terminal } from './command.ts'
export { validateEvent } from './cloudevents/index.ts'
export {
  type ConfigInput,
  configTable,
  createRedactor,
  type LoadedConfig,
  loadConfig,
  Secret,
  secret,
} from './config/index.ts'
export { type ConnectOptions, connect } from './connect/connect.ts'
export type { Side } from './connect/side.ts'
export type { DeadLetterTarget } from './dead-letters/elsewhere.ts'
export type {
  Batch,
  CloudEvent,
  Context,
  Outcome,
  Processor,
  Refusal,
  Sink,
  Source,
  Writer,
} from './connector.ts'
export {
  AuthError,
  BillowError,
  ConfigError,
  describeError,
  Gone,
  LeaseHeld,
  LeaseLost,
  Refused,
  Retryable,
  StateError,
  Throttled,
  UsageError,
} from './errors.ts'
export type { Lease, State, StateReader, StateStore, StateWriter } from './state/state.ts'
export { openDispatcher, type Route } from './http/dispatcher.ts'
export { retryAfterMs } from './http/retry-after.ts'
export { type AnyConnector, programOf } from './commands/program.ts'
export { formatTable } from './commands/table.ts'
export { main } from './commands/main.ts'
export { digits, isRawNumber, parseJson, type RawNumber, stringifyJson } from './json.ts'
export { type PushedRequest, type Webhook, webhookSource } from './sources/webhook-source.ts'
export { type EventStream, type StreamPage, streamSource } from './sources/stream-source.ts'
export { type ConnectorState, createStatus, type Status, type StatusCell } from './status.ts'
export { openSqliteStore } from './state/sqlite.ts'
export { type StandbyOptions, underLease } from './state/standby.ts'
