import { describe, expect, test } from '@jest/globals'
import { createRegistry } from '../../src/telemetry/registry.ts'
import { faultsOf } from './lint.ts'
import { seriesOf } from './reading.ts'

describe('what a meter records', () => {
  test('is named as Prometheus has it, with HELP, TYPE and labels', async () => {
    const registry = createRegistry()
    const meter = registry.meter({ connector: 'a"b\\c\nd' })
    meter
      .createCounter('my.requests', { unit: '{request}', description: 'one\ntwo' })
      .add(2, { status: '200' })
    meter.createUpDownCounter('my.queue', { unit: 'By', description: 'x' }).add(-3)
    meter.createGauge('my.load', { unit: '1', description: 'x' }).record(0.5)
    expect(await registry.text()).toBe(
      [
        '# HELP my_requests_total one\\ntwo',
        '# TYPE my_requests_total counter',
        'my_requests_total{connector="a\\"b\\\\c\\nd",status="200"} 2',
        '# HELP my_queue_bytes x',
        '# TYPE my_queue_bytes gauge',
        'my_queue_bytes{connector="a\\"b\\\\c\\nd"} -3',
        '# HELP my_load_ratio x',
        '# TYPE my_load_ratio gauge',
        'my_load_ratio{connector="a\\"b\\\\c\\nd"} 0.5',
        '',
      ].join('\n'),
    )
    expect(faultsOf(await registry.text())).toEqual([])
  })

  test('as a histogram counts what is at most each bound', async () => {
    const registry = createRegistry()
    const histogram = registry
      .meter({})
      .createHistogram('took', { unit: 's', description: 'x', advice: { explicitBucketBoundaries: [1, 2] } })
    for (const value of [0.5, 1, 1.5, 3]) histogram.record(value)
    expect([...seriesOf(await registry.text())]).toEqual([
      ['took_seconds_bucket{le="1"}', 2],
      ['took_seconds_bucket{le="2"}', 3],
      ['took_seconds_bucket{le="+Inf"}', 4],
      ['took_seconds_sum', 6],
      ['took_seconds_count', 4],
    ])
    expect(faultsOf(await registry.text())).toEqual([])
  })

  test('of two connectors is one metric', async () => {
    const registry = createRegistry()
    for (const connector of ['a', 'b']) registry.meter({ connector }).createCounter('n').add(1)
    expect([...seriesOf(await registry.text())]).toEqual([
      ['n_total{connector="a"}', 1],
      ['n_total{connector="b"}', 1],
    ])
    expect(faultsOf(await registry.text())).toEqual([])
  })

  test('keeps apart what changed in attributes that were not frozen', async () => {
    const registry = createRegistry()
    const counter = registry.meter({}).createCounter('n')
    const attributes = { a: '1' }
    counter.add(1, attributes)
    attributes.a = '2'
    counter.add(1, attributes)
    expect([...seriesOf(await registry.text()).keys()]).toEqual(['n_total{a="1"}', 'n_total{a="2"}'])
  })

  test('takes bounded memory, whatever its attributes', async () => {
    const registry = createRegistry()
    const counter = registry.meter({}).createCounter('n')
    for (let id = 0; id < 2500; id += 1) counter.add(1, { id })
    const series = seriesOf(await registry.text())
    expect(series.size).toBe(2001)
    expect(series.get('n_total{otel_metric_overflow="true"}')).toBe(500)
  })

  test('never takes anything off a counter', async () => {
    const registry = createRegistry()
    const counter = registry.meter({}).createCounter('n')
    counter.add(2)
    counter.add(-1)
    counter.add(Number.NaN)
    expect(await registry.text()).toContain('n_total 2\n')
  })
})

describe('what is looked up when it is asked for', () => {
  test('is what is true then, and gone when nobody says it any more', async () => {
    const registry = createRegistry()
    const gauge = registry.meter({ connector: 'a' }).createObservableGauge('age', { unit: 's' })
    let age = 1
    const say = async (result: { observe(value: number): void }): Promise<void> => result.observe(age)
    gauge.addCallback(say)
    expect(await registry.text()).toContain('age_seconds{connector="a"} 1\n')
    age = 2
    expect(await registry.text()).toContain('age_seconds{connector="a"} 2\n')
    gauge.removeCallback(say)
    expect(await registry.text()).toBe('')
  })

  test('leaves the rest readable where it fails', async () => {
    const registry = createRegistry()
    const meter = registry.meter({})
    meter.createObservableGauge('bad').addCallback(() => {
      throw new Error('no state')
    })
    meter.createCounter('good').add(1)
    expect([...seriesOf(await registry.text()).keys()]).toEqual(['good_total'])
  })

  test('may be several metrics at once', async () => {
    const registry = createRegistry()
    const meter = registry.meter({ connector: 'a' })
    const [x, y] = [meter.createObservableCounter('x'), meter.createObservableUpDownCounter('y')]
    const say = (result: { observe(of: object, value: number): void }): void => {
      result.observe(x, 1)
      result.observe(y, 2)
    }
    meter.addBatchObservableCallback(say, [x, y])
    expect([...seriesOf(await registry.text()).values()]).toEqual([1, 2])
    meter.removeBatchObservableCallback(say, [x, y])
    expect(await registry.text()).toBe('')
  })
})
