export { type CliOptions, main } from './main.ts'
