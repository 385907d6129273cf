import { parseClock } from '@billow/core'
import { startAlicloudSimulator } from '@billow/simulators'
import { alicloudBilling } from '@billow/source-alicloud-billing'
import { testSource } from '@billow/testing'
import { ALICLOUD_KEYS } from '../../../test/support/app.ts'

async function startAlicloud() {
  const alicloud = await startAlicloudSimulator({ clock: parseClock('2024-05-15') })
  return { ...alicloud, config: { endpoint: alicloud.url } }
}

for (const format of ['native', 'focus']) {
  testSource({
    source: alicloudBilling,
    config: { format, secret: { access_key_id: ALICLOUD_KEYS.id, secret_access_key: ALICLOUD_KEYS.secret } },
    invalid: [
      { key: 'format', value: 'csv' },
      { key: 'endpoint', value: 'business aliyuncs com' },
      { key: 'secret.access_key_id', value: undefined },
      { key: 'pull_zone', value: 'Asia/Shangai' },
      { key: 'bill', value: 'invoice' },
      { key: 'month_closes', value: 'the 4th' },
    ],
    outside: startAlicloud,
    requests: alicloud => alicloud.requests.entries().length,
    faults: {
      deny: alicloud => alicloud.faults.set({ notAuthorized: true }),
      fail: alicloud => alicloud.faults.set({ unavailable: true }),
      throttle: alicloud => alicloud.faults.set({ throttle: true }),
      hang: alicloud => alicloud.faults.set({ hang: true }),
      heal: alicloud => alicloud.faults.reset(),
    },
  })
}
