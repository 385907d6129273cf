import { aborted } from 'node:util'
import { type CloudEvent, Gone, Retryable, type Sink } from '@billow/core'
import { config } from './config.ts'
import { colorJson, eventJson } from './json.ts'
import { tableHeader, tableRow } from './table.ts'

/** Where events are printed: `process.stdout`, or what stands for it. */
export type Output = NodeJS.WritableStream & { readonly isTTY?: boolean; hasColors?(): boolean }

/** A sink that prints each event to `output`, and is done with it when it is flushed. */
export function createDisplay(output: () => Output): Sink<typeof config> {
  return {
    name: 'sink-display',
    config,
    async open({ config: { format } }) {
      const stdout = output()
      // A terminal's `hasColors` observes NO_COLOR.
      const print = printer(format, stdout.isTTY === true && stdout.hasColors?.() === true)
      const failure = Promise.withResolvers<never>()
      const onError = (error: Error) => failure.reject(describe(error))
      stdout.on('error', onError)
      failure.promise.catch(() => undefined)
      return {
        async write(events, signal) {
          await flush(stdout, events.map(print).join(''), signal)
          return undefined
        },
        run: signal => Promise.race([failure.promise, aborted(signal, signal)]),
        async close() {
          stdout.off('error', onError)
        },
      }
    },
  }
}

/** Prints CloudEvents to stdout. */
export const display: Sink<typeof config> = createDisplay(() => process.stdout)

function printer(format: 'json' | 'compact' | 'table', colored: boolean): (event: CloudEvent) => string {
  if (format === 'table') {
    let header = `${tableHeader()}\n`
    return event => {
      const line = `${header}${tableRow(event)}\n`
      header = ''
      return line
    }
  }
  const indent = format === 'json' ? 2 : undefined
  return event => {
    const json = eventJson(event, indent)
    return `${colored ? colorJson(json) : json}\n`
  }
}

/** Resolves when the text has left the process, so that a slow reader slows the senders down. */
function flush(stdout: Output, text: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abandon = () => reject(new Retryable('stopped before the reader of stdout took it'))
    if (signal.aborted) return abandon()
    signal.addEventListener('abort', abandon, { once: true })
    stdout.write(text, error => {
      signal.removeEventListener('abort', abandon)
      if (error) reject(describe(error))
      else resolve()
    })
  })
}

function describe(error: Error): Error {
  const { code } = error as NodeJS.ErrnoException
  if (code !== 'EPIPE' && code !== 'ERR_STREAM_DESTROYED') return error
  return new Gone('stdout was closed by the program that read it: nothing can be printed any more')
}
