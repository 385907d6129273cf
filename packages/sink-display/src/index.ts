export { createDisplay, display, display as default, type Output } from './sink.ts'
