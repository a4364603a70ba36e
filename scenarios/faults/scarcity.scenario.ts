import { expect, rig } from 'mailrig/vitest'
import { LONG } from './long.ts'

const it = rig(
  {
    domains: { 'example.com': { mailboxes: ['jim'] } },
    trustedNetworks: ['lan'],
    internet: ['elsewhere.example'],
  },
  { disk: true },
)
const elsewhere = 'someone@elsewhere.example'
const KILOBYTES_40 = 'So much of it that a slow line takes a while.\n'.repeat(870)

it('hands a message on over a slow line, whole and once', { timeout: LONG }, async ({ smtp, fault, upstream }) => {
  await fault.slowLine({ bytesPerSecond: 40_000 })
  const began = performance.now()
  const message = await smtp.send({ side: 'lan', to: elsewhere, text: KILOBYTES_40 })
  await expect(upstream).toHaveRelayed(message)
  // What may come at once is sent at once.
  expect(performance.now() - began, 'ms').toBeGreaterThan(800)
  expect(upstream.messages).toHaveLength(1)
  expect(upstream.messages[0]?.content.length).toBeGreaterThan(40_000)
})

it('loses nothing of a load with little memory', { timeout: LONG }, async ({ load, fault, rig, smtp, upstream }) => {
  expect((await fault.limit({ mebibytes: 128 })).servers).toEqual([rig.mta.name])
  const account = await load({ messages: 8, connections: 2, to: elsewhere })
  expect(account.accepted).toBe(8)
  await fault.unlimit()
  await expect(rig).toHaveLostNothing()
  await expect(upstream).toHaveRelayed(await smtp.send({ side: 'lan', to: elsewhere }))
})
