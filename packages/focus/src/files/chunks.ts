const CHUNK = 65_536

/** Lines joined to chunks of some 64 kB, each made when it is asked for: memory does not grow with the lines. */
export async function* chunksOf(lines: AsyncIterable<string>): AsyncGenerator<string, void, undefined> {
  let chunk = ''
  for await (const line of lines) {
    chunk += line
    if (chunk.length < CHUNK) continue
    yield chunk
    chunk = ''
  }
  if (chunk) yield chunk
}
