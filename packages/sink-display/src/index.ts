export { createDisplay, display, type Output } from './sink.ts'
