// A program: posts one event to the URL given, and prints how that ended.
import { describeError } from '../../src/errors.ts'
import { eventOf, never, openTarget } from './side.ts'

try {
  const writer = await openTarget(process.argv[2] ?? '')
  const outcome = (await writer.write([eventOf('a')], never)) ?? {}
  const because = outcome.because && describeError(outcome.because)
  console.log(JSON.stringify({ refused: outcome.refused, unsent: outcome.unsent, because }))
  await writer.close?.()
} catch (error) {
  console.log(JSON.stringify({ error: describeError(error) }))
}
