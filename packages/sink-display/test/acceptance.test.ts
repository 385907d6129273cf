import { Writable } from 'node:stream'
import { parseJson } from '@billow/core'
import { createDisplay } from '@billow/sink-display'
import { type Stored, testSink } from '@billow/testing'

/** A terminal that somebody reads, until it hangs. */
function openTerminal() {
  let text = ''
  let hangs = false
  const stdout = new Writable({
    write(chunk, _, done) {
      if (hangs) return
      text += chunk
      done()
    },
  })
  return {
    config: { format: 'compact' },
    stdout,
    text: () => text,
    hang: () => {
      hangs = true
    },
    close: () => stdout.destroy(),
  }
}
type Screen = ReturnType<typeof openTerminal>
let screen: Screen

testSink({
  sink: createDisplay(() => screen.stdout),
  invalid: [{ key: 'format', value: 'yaml' }],
  outside(): Screen {
    screen = openTerminal()
    return screen
  },
  stored: ({ text }) =>
    text()
      .split('\n')
      .filter(Boolean)
      .map(line => parseJson(line) as Stored),
  faults: { hang: screen => screen.hang() },
})
