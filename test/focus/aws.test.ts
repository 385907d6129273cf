import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe } from '@jest/globals'
import { addDays, parseClock } from '@billow/core'
import { AWS_CUR_SUPPORTS, awsCurCharge, type CurRow, MAPPINGS } from '@billow/focus'
import { type AwsSimulator, startAwsSimulator } from '@billow/simulators'
import { awsBill } from '@billow/source-aws-billing'
import { parse } from 'csv-parse/sync'
import { awsContext } from '../../packages/source-aws-billing/test/support.ts'
import { chargesOf, judged } from '../support/charges.ts'
import { shared } from '../support/shared.ts'

let aws: AwsSimulator
beforeAll(async () => {
  aws = await startAwsSimulator({ clock: parseClock('2024-05-15') })
})
afterAll(() => aws.close())

const LAST = '2024-05-10'
const supports = MAPPINGS.find(({ type }) => type === 'aws.service.daily')?.supports ?? []

judged("400 days of AWS's bill by service", supports, () =>
  chargesOf(awsBill, awsContext(aws.url), [[addDays(LAST, -399), LAST]]),
)

// A month's first day has the tax, and what is charged by the month.
for (const group_by of ['LINKED_ACCOUNT', 'REGION', 'RECORD_TYPE', 'tag:Team', 'USAGE_TYPE']) {
  judged(`AWS's bill by service and ${group_by}`, supports, () =>
    chargesOf(awsBill, awsContext(aws.url, { group_by }), [['2024-04-26', '2024-05-05']]),
  )
}

const report = shared('aws_cur/sample-anonymous-aws-export-dataset.csv')
const real = report.there ? describe : describe.skip

real(`a real Cost and Usage Report${report.why}`, () => {
  judged('row by row', AWS_CUR_SUPPORTS, async () => {
    const rows: CurRow[] = parse(readFileSync(report.path), { columns: true, bom: true })
    return rows.map(row => awsCurCharge(row))
  })
})
