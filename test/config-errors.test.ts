import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { newPlace, ROOT } from './support/app.ts'

const AWS = 'target: http://localhost:31081\n'
const KEYS =
  'secret:\n  access_key_id: LTAI5t7eneojm6aeRKncB7V9\n  secret_access_key: 26Fno8k0F7jtL2hUIrm4JTRF16jPLL\n'
const HIDDEN = ['26Fno8k0F7jtL2hUIrm4JTRF16jPLL', 'wJalrXUtnFEMI', 'hunter2hunter2']

/** App, its file, and what is said of each fault, in order. `FILE` stands for the file's path. */
const CASES: readonly (readonly [app: string, config: string, faults: readonly string[]])[] = [
  ['source-aws-billing', '', ['FILE:1:1: target: missing']],
  [
    'source-aws-billing',
    `${AWS}pull_hour: 0\n`,
    ['FILE:2:12: pull_hour: found 0, allowed is a whole number from 1 to 23'],
  ],
  [
    'source-aws-billing',
    `${AWS}pull_hour: 24\n`,
    ['FILE:2:12: pull_hour: found 24, allowed is a whole number from 1 to 23'],
  ],
  [
    'source-aws-billing',
    `${AWS}pull_hour: two\n`,
    ['FILE:2:12: pull_hour: found "two", allowed is a whole number from 1 to 23'],
  ],
  ['source-aws-billing', `${AWS}pull_zone: Mars\n`, ['FILE:2:12: pull_zone: found "Mars"']],
  ['source-aws-billing', `${AWS}pul_hour: 3\n`, ['FILE:2:1: pul_hour: unknown key, did you mean pull_hour?']],
  ['source-aws-billing', `${AWS}endpoint: ce.us-east-1.amazonaws.com\n`, ['FILE:2:11: endpoint: ']],
  [
    'source-aws-billing',
    `${AWS}account_id: 123\n`,
    ['FILE:2:13: account_id: found 123, allowed is the 12 digits of an account; write it in quotes'],
  ],
  ['source-aws-billing', `${AWS}group_by: SERVIC\n`, ['FILE:2:11: group_by: ']],
  [
    'source-aws-billing',
    `${AWS}secret:\n  access_key_id: AKIAIOSFODNN7EXAMPLE\n`,
    ['FILE:2:1: secret.secret_access_key: missing'],
  ],
  [
    'source-aws-billing',
    `${AWS}secret: hunter2hunter2\n`,
    ['FILE:2:9: secret: found a text, allowed is a mapping'],
  ],
  [
    'source-aws-billing',
    `${AWS}mode: structurd\nbatch_size: 0\nmax_in_flight: 65\ntimeout: 0\nsend_event_attempts: -1\n`,
    [
      'FILE:2:7: mode: ',
      'FILE:3:13: batch_size: ',
      'FILE:4:16: max_in_flight: ',
      'FILE:5:10: timeout: ',
      'FILE:6:22: send_event_attempts: ',
    ],
  ],
  [
    'source-aws-billing',
    `${AWS}log_config:\n  level: loud\nstore_config:\n  type: redis\n`,
    ['FILE:3:10: log_config.level: ', 'FILE:5:9: store_config.type: '],
  ],
  ['source-aws-billing', `${AWS}headers:\n  content-type: text/plain\n`, ['FILE:3:3: headers']],
  [
    'source-aws-billing',
    `${AWS}store_config:\n  url: postgres://billow@db/billow\n  lease_seconds: 5\n`,
    ['FILE:3:8: store_config.url: ', 'FILE:4:18: store_config.lease_seconds: '],
  ],
  [
    'source-aws-billing',
    `${AWS}store_config:\n  type: postgres\n  store_file: state.db\n`,
    ['FILE:2:1: store_config.url: missing', 'FILE:4:15: store_config.store_file: '],
  ],
  [
    'source-alicloud-billing',
    'target: localhost\n',
    ['FILE:1:1: secret: missing', 'FILE:1:9: target: found "localhost"'],
  ],
  ['source-alicloud-billing', `${AWS}${KEYS}bill: instanc\n`, ['FILE:5:7: bill: found "instanc"']],
  ['source-alicloud-billing', `${AWS}${KEYS}endpoint: "http://"\n`, ['FILE:5:11: endpoint: ']],
  [
    'source-alicloud-billing',
    `${AWS}${KEYS}access_key_id: x\n`,
    ['FILE:5:1: access_key_id: unknown key, did you mean secret.access_key_id?'],
  ],
  [
    'source-alicloud-billing',
    `${AWS}secret:\n  access_key_id: 1234567890\n  secret_access_key: hunter2hunter2\n`,
    ['FILE:3:18: secret.access_key_id: found a number'],
  ],
  [
    'source-alicloud-billing',
    `${AWS}secret:\n  access_key_id: a\n  secret_access_key:26Fno8k0F7jtL2hUIrm4JTRF16jPLL\n`,
    ['FILE:4:'],
  ],
  [
    'source-alicloud-billing',
    `${AWS}secret:\n  access_key_id: a\n  secret_access_key: "26Fno8k0F7jtL2hUIrm4JTRF16jPLL\n`,
    ['FILE:'],
  ],
  [
    'source-alicloud-billing',
    `${AWS}secret:\n  access_key_id: a\n  secret_access_key: *26Fno8k0F7jtL2hUIrm4JTRF16jPLL\n`,
    ['FILE:4:'],
  ],
  [
    'source-alicloud-billing',
    `${AWS}secret:\n  access_key_id: \${NO_SUCH_VARIABLE}\n  secret_access_key: \${file:/no/such/file}\n`,
    ['FILE:3:18: secret.access_key_id: ', 'FILE:4:22: secret.secret_access_key: '],
  ],
  [
    'sink-display',
    'port: 70000\nformat: xml\n',
    ['FILE:1:7: port: found 70000', 'FILE:2:9: format: found "xml"'],
  ],
  ['sink-display', 'auth:\n  token: 12345678\n', ['FILE:2:10: auth.token: found a number']],
  ['sink-display', '- port\n', ['FILE:1:1: ']],
]

describe('a wrong configuration ends with 78 and says where', () => {
  test.each(CASES)('%s %j', async (app, config, faults) => {
    const place = newPlace()
    const file = place.config(config)
    const { code, stdout, stderr } = await place.run(app)
    const lines = stderr.trimEnd().split('\n')
    expect({ lines, code }).toEqual({
      lines: faults.map(fault => expect.stringContaining(fault.replace('FILE', file))),
      code: 78,
    })
    expect(stdout).toBe('')
    for (const secret of HIDDEN) expect(stderr).not.toContain(secret)
    expect(stderr).not.toMatch(/^ {4}at /m)
  })

  test.each([
    [{ CONNECTOR_CONFIG: '/no/such/file.yml' }, '/no/such/file.yml: the file does not exist'],
    [{ CONNECTOR_TARGET: 'localhost' }, 'CONNECTOR_TARGET: target: found "localhost"'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL: log_config.level: found "loud"'],
    [
      { BILLOW_DATA_DIR: '/dev/null/billow' },
      'store_config: the directory "/dev/null/billow" cannot be written',
    ],
    [{ BILLOW_DATA_DIR: '/proc/none' }, 'store_config: the directory "/proc/none" cannot be written'],
    [{ BILLOW_DATA_DIR: import.meta.filename }, 'cannot be written (it is a file)'],
    [{ CONNECTOR_ADMIN_PORT: 'http' }, 'CONNECTOR_ADMIN_PORT: found "http", allowed is a port'],
  ])('so do variables: %j', async (env, said) => {
    const place = newPlace()
    place.config(AWS)
    const { code, stderr } = await place.run('source-aws-billing', [], env)
    expect(stderr).toContain(said)
    expect(code).toBe(78)
  })

  test('a port that is taken', async () => {
    const place = newPlace()
    place.config('port: 0\n')
    const first = place.start('sink-display')
    await first.saw('"msg":"listening"')
    const port = /"port":(\d+)/.exec(first.output().stderr)?.[1] ?? ''
    const { code, stderr } = await newPlace().run('sink-display', [], {
      CONNECTOR_CONFIG: '',
      CONNECTOR_PORT: port,
    })
    expect(stderr).toContain(`port: ${port} is in use`)
    expect(code).toBe(78)
    first.child.kill('SIGTERM')
    expect(await first.ended).toBe(0)
  })

  test.each(['source-aws-billing', 'source-alicloud-billing', 'sink-cloudzero', 'sink-display'])(
    '%s: Node is too old',
    async app => {
      const place = newPlace()
      const old = join(place.folder, 'old.mjs')
      writeFileSync(
        old,
        "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })",
      )
      const { code, stderr } = await place.run(app, [], { NODE_OPTIONS: `--import=${old}` })
      expect(stderr).toMatch(/^Node 22\.19 or newer is needed; this is v\S+\.\n$/)
      expect(code).toBe(78)
    },
  )

  test.each([
    [['rum'], 'no command "rum"; did you mean run?'],
    [['--clock', 'tomorrow'], '--clock: found "tomorrow"; give a day'],
    [['--clok', 'x'], 'run: no option --clok; did you mean --clock?'],
    [['check', 'now'], 'check: "now" is one word too many'],
    [['--config'], 'run: --config needs a value'],
  ])('a wrong command line %j ends with 64', async (args, said) => {
    const place = newPlace()
    place.config(AWS)
    const { code, stderr } = await place.run('source-aws-billing', args)
    expect(stderr).toContain(said)
    expect(code).toBe(64)
  })
})

test('the errors that docs/configuration.md shows are those that are told', async () => {
  const page = readFileSync(join(ROOT, 'docs/configuration.md'), 'utf8')
  const [, config = '', told = ''] =
    /```yaml broken\n([\s\S]*?)```[\s\S]*?```\n([\s\S]*?)```/.exec(page) ?? []
  const place = newPlace()
  const file = place.config(config)
  const { stderr } = await place.run('source-aws-billing')
  expect(stderr.replaceAll(file, 'config.yml')).toBe(told)
})
