import { expect, test } from '@jest/globals'
import { Type } from 'typebox'
import { configTable } from '../../src/config/index.ts'
import { schema } from './fixtures.ts'

test('the table of a schema', () => {
  expect(configTable(schema)).toBe(`| Name | Required | Default | Description |
| :--- | :---: | :--- | :--- |
| endpoint | NO | \`api.example.com\` | The API |
| pull_hour | NO | \`2\` | The hour of the pull (a whole number from 1 to 23) |
| pull_zone | NO | \`UTC\` | The zone of \`pull_hour\` |
| format | NO | \`json\` | How events look (json, compact or table) |
| account_id | NO |  | The account (an account number of 12 digits) |
| group_by | NO |  | Dimensions |
| secret.access_key_id | with \`secret\` |  | The access key (secret) |
| secret.secret_access_key | with \`secret\` |  | Its secret (secret) (also \`secret_access_Key\`) |
| secret.uses | NO |  | (a whole number of at least 1) |
| target | YES |  | Where events go |
| headers | NO |  | (secret) |
| handshake | NO |  | Ask first |
| rate | NO |  | (a number of at least 0) |
| port | NO | \`8080\` | The port (a whole number from 0 to 65535) |
| log_config.level | NO | \`info\` | What is logged (debug, info or warn) |
`)
})

test('pipes and line breaks stay in their cell', () => {
  const odd = Type.Object({
    a: Type.Array(Type.String(), { default: ['x'], description: 'one | two\n  three' }),
  })
  expect(configTable(odd)).toContain('| a | NO | `["x"]` | one \\| two three |\n')
})
