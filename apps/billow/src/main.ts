import { start } from '@billow/core/launch'

await start(async () => (await import('./program.ts')).program)
