import type { StateStore, Terminal } from '@billow/core'
import {
  EXIT,
  exitCodeOf,
  formatAmounts,
  isClosedPipe,
  openScratchStore,
  stopOnSignals,
} from '@billow/core/program'
import { type Charge, type CustomColumn, toCsv, toNdjson, toParquet } from '@billow/focus'
import { type BillsOptions, billsOf } from './bills.ts'
import { fetchMissing } from './fetch.ts'
import { openFile, type Output, toStdout } from './output.ts'
import { conclusion, failed, priceOf, requestsOf, sayFailure, sayOpen, sayPlan, summary } from './say.ts'
import { chargesOf, surveyOf } from './survey.ts'
import { type Format, type Wanted, wantedOf } from './wanted.ts'

export interface ExportCall extends BillsOptions {
  readonly options: Readonly<Record<string, string | boolean | undefined>>
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean }
  readonly terminal: Terminal
  readonly json: boolean
}

/** `focus export`: the charges of billing days, all of them or none. Resolves to the exit code. */
export async function focusExport(call: ExportCall): Promise<number> {
  const { host, options, stdout, terminal } = call
  const wanted = wantedOf(options, stdout)
  const { out } = wanted
  // That it can be written is known before anybody is asked or paid.
  const output = out === undefined ? toStdout(stdout) : await openFile(out)
  const stopping = stopOnSignals(host.log, EXIT.failed)
  let scratch: StateStore | undefined
  try {
    const openScratch = (): StateStore => (scratch ??= openScratchStore(host.data.directory))
    return await exportDays(call, wanted, { output, openScratch, signal: stopping.stop })
  } catch (error) {
    // Whoever read it has left, as `head` does.
    if (isClosedPipe(error)) return EXIT.failed
    if (!stopping.stop.aborted) throw error
    terminal.note(`Stopped: ${out === undefined ? 'what was written is not whole' : 'nothing was written'}.`)
    return EXIT.failed
  } finally {
    await output.close()
    await scratch?.close()
    stopping.end()
  }
}

interface Means {
  readonly output: Output
  readonly openScratch: () => StateStore
  readonly signal: AbortSignal
}

async function exportDays(
  call: ExportCall,
  wanted: Wanted,
  { output, openScratch, signal }: Means,
): Promise<number> {
  const { terminal, json } = call
  const found = await billsOf(call, wanted.span, signal)
  if (!json) sayPlan(found, terminal)
  const price = formatAmounts(priceOf(found))
  if (price && !call.options['yes']) {
    const question = `Requests: ${requestsOf(found)}, at least ${price} (an answer of several pages takes more). Go on?`
    if (!(await terminal.confirm(question, { flag: '--yes', signal }))) return EXIT.failed
  }
  const { bills, failure } = await fetchMissing(found, openScratch, { signal, terminal })
  // Beside charges on stdout nothing else is there.
  const tell = wanted.out === undefined ? terminal.note : terminal.print
  if (failure) {
    if (json) tell(JSON.stringify({ ...summary(found, wanted), failed: failed(failure) }))
    else sayFailure(failure, terminal)
    return exitCodeOf(failure.error)
  }
  const survey = await surveyOf(chargesOf(bills, signal))
  await output.write(chunks(wanted.format, chargesOf(bills, signal), survey.custom))
  if (!json) sayOpen(bills, terminal)
  const { charges, amounts } = survey
  if (json) tell(JSON.stringify({ ...summary(bills, wanted), charges, amounts }))
  else tell(conclusion(bills, survey, wanted))
  return EXIT.ok
}

function chunks(
  format: Format,
  charges: AsyncIterable<Charge>,
  custom: readonly CustomColumn[],
): AsyncIterable<string | Uint8Array> {
  if (format === 'ndjson') return toNdjson(charges)
  return format === 'csv' ? toCsv(charges, { custom }) : toParquet(charges, { custom })
}
