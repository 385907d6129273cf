import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

/** Posts an event to a sink's program once it listens, which must take it. */
export async function take(
  child: ChildProcess & { readonly stderr: Readable },
  event: object,
): Promise<void> {
  let port = 0
  for await (const line of createInterface({ input: child.stderr })) {
    if (!line.includes('"listening"')) continue
    port = (JSON.parse(line) as { port: number }).port
    break
  }
  child.stderr.resume()
  const answer = await fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    headers: { 'content-type': 'application/cloudevents+json' },
    body: JSON.stringify(event),
  })
  assert.ok(answer.ok, `it answered ${answer.status}: ${await answer.text()}`)
}
