import { join } from 'node:path'
import { type App, type Place, ROOT } from '../support/app.ts'

const PROGRAM = join(ROOT, 'packages/sink-cloudzero/dist/bin.js')
const LISTENING = /"port":(\d+).*"msg":"listening"/

/** Where a sink listens, once it does. */
export async function listening(app: App): Promise<string> {
  await app.saw(LISTENING)
  return `http://127.0.0.1:${LISTENING.exec(app.output().stderr)?.[1]}/`
}

/** Starts the sink as a process; resolves when it listens. */
export async function startSink(
  place: Place,
  now = '2024-04-15',
): Promise<{ readonly app: App; readonly url: string; readonly program: string }> {
  const app = place.start(PROGRAM, ['run', '--clock', now])
  return { app, url: await listening(app), program: PROGRAM }
}

/** Waits for a condition. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise(resolve => setTimeout(resolve, 50))
}
