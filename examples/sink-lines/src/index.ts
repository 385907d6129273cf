import { open } from 'node:fs/promises'
import { type Sink, stringifyJson, Type } from '@billow/core'

const config = Type.Object({
  file: Type.String({ description: 'The file that events are added to, a line each' }),
})

/** Adds events to a file. They are safe when the file is on the disk. */
export const lines: Sink<typeof config> = {
  name: 'sink-lines',
  config,
  async open(context) {
    const file = await open(context.config.file, 'a')
    return {
      async write(events) {
        const refused = events
          .filter(({ data }) => data === undefined)
          .map(event => ({ event, reason: 'it has no data' }))
        const taken = events.filter(({ data }) => data !== undefined)
        await file.appendFile(taken.map(event => `${stringifyJson(event)}\n`).join(''))
        await file.datasync()
        return { refused }
      },
      close: () => file.close(),
    }
  },
}

export default lines
