import {
  CostExplorerClient,
  type GetCostAndUsageCommandInput,
  GetCostCategoriesCommand,
} from '@aws-sdk/client-cost-explorer'
import { afterAll, describe, expect, test } from '@jest/globals'
import { parseClock } from '@billow/core'
import { AWS_TEST_KEY, startAwsSimulator } from '@billow/simulators'
import { costExplorer, oneDay } from './clients.ts'

const double = await startAwsSimulator({ clock: parseClock('2024-05-15') })
const call = costExplorer(double)
const day = oneDay('2024-05-13', '2024-05-14')

afterAll(() => double.close())

const refused = (input: object) => call(input as GetCostAndUsageCommandInput)

describe('refusals', () => {
  const period = (Start: string, End: string, more = {}) => ({ ...day, TimePeriod: { Start, End }, ...more })
  const groups = (...keys: string[]) => ({ ...day, GroupBy: keys.map(Key => ({ Type: 'DIMENSION', Key })) })
  test.each([
    [
      'Start equals End',
      period('2024-05-13', '2024-05-13'),
      'Start date (and hour) should be before end date (and hour)',
    ],
    [
      'Start after End',
      period('2024-05-14', '2024-05-13'),
      'Start date (and hour) should be before end date (and hour)',
    ],
    ['a day that does not exist', period('2024-02-30', '2024-03-01'), 'Time period is invalid'],
    [
      '14 months ago',
      period('2023-03-31', '2023-04-02'),
      "You haven't enabled historical data beyond 14 months",
    ],
    ['past the next month', period('2024-05-13', '2024-06-02'), 'end date past the beginning of next month'],
    [
      'hours of 15 days ago',
      period('2024-04-30T00:00:00Z', '2024-05-01T00:00:00Z', { Granularity: 'HOURLY' }),
      'more than 14 days ago',
    ],
    [
      'hours asked for by day',
      period('2024-05-13', '2024-05-14', { Granularity: 'HOURLY' }),
      'Time period is invalid',
    ],
    ['an unknown granularity', { ...day, Granularity: 'WEEKLY' }, 'granularity'],
    ['no metrics', { ...day, Metrics: [] }, 'metrics'],
    ['an unknown metric', { ...day, Metrics: ['Cost'] }, 'metrics'],
    ['three groupings', groups('SERVICE', 'REGION', 'USAGE_TYPE'), 'at most 2'],
    ['the same grouping twice', groups('SERVICE', 'SERVICE'), 'differ'],
    ['a dimension that is not simulated', groups('AZ'), 'AZ'],
    [
      'a wrong group type',
      { ...day, GroupBy: [{ Type: 'SERVICE', Key: '' }] },
      'Group Definition type is invalid',
    ],
    ['a filter that is not simulated', { ...day, Filter: { Tags: { Key: 'a', Values: ['b'] } } }, 'Tags'],
  ])('%s', async (_, input, message) => {
    await expect(refused(input)).rejects.toThrow(
      expect.objectContaining({ name: 'ValidationException', message: expect.stringContaining(message) }),
    )
    expect(double.requests.counts()['GetCostAndUsage']?.cost).toEqual({ amount: '0', currency: 'USD' })
  })

  test('13 months before this one are there', async () => {
    const { ResultsByTime: [result] = [] } = await call(oneDay('2023-04-01', '2023-04-02'))
    expect(result?.Groups?.length).toBeGreaterThan(30)
  })

  test('wrong keys, in AWS words', async () => {
    const unknown = costExplorer(double, { ...AWS_TEST_KEY, accessKeyId: 'AKIAI44QH8DHBEXAMPLE' })
    await expect(unknown(day)).rejects.toThrow(
      expect.objectContaining({
        name: 'UnrecognizedClientException',
        message: 'The security token included in the request is invalid.',
      }),
    )
    const forged = costExplorer(double, { ...AWS_TEST_KEY, secretAccessKey: 'wrong' })
    await expect(forged(day)).rejects.toThrow(
      expect.objectContaining({
        name: 'InvalidSignatureException',
        message: expect.stringContaining('does not match the signature you provided'),
      }),
    )
    const elsewhere = costExplorer(double, AWS_TEST_KEY, 'eu-west-1')
    await expect(elsewhere(day)).rejects.toThrow("valid region, not 'eu-west-1'")
  })

  test('other operations are unknown, and a request without signature is refused', async () => {
    const client = new CostExplorerClient({
      endpoint: double.url,
      region: 'us-east-1',
      credentials: AWS_TEST_KEY,
      maxAttempts: 1,
    })
    await expect(client.send(new GetCostCategoriesCommand({ TimePeriod: day.TimePeriod }))).rejects.toThrow(
      expect.objectContaining({ name: 'UnknownOperationException' }),
    )
    const headers = { 'x-amz-target': 'AWSInsightsIndexService.GetCostAndUsage' }
    const answer = await fetch(double.url, { method: 'POST', headers })
    expect(await answer.json()).toMatchObject({ __type: 'MissingAuthenticationTokenException' })
  })
})
