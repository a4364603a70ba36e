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

it('keeps mail while the internet is away, and hands it on once when it is back', { timeout: LONG }, async ({
  smtp,
  mta,
  fault,
  upstream,
}) => {
  await fault.cutOff()
  const message = await smtp.send({ side: 'lan', to: elsewhere })
  await mta.rested(message)
  expect(upstream.messages).toEqual([])
  await fault.reconnect()
  await expect(upstream).toHaveRelayed(message)
  expect(upstream.messages).toHaveLength(1)
})

it('is off the internet still when the power comes back', { timeout: LONG }, async ({ smtp, mta, fault, upstream }) => {
  await fault.cutOff()
  const message = await smtp.send({ side: 'lan', to: elsewhere })
  await mta.rested(message)
  await fault.powerCut()
  await mta.rested(message)
  expect(upstream.messages).toEqual([])
  await fault.reconnect()
  await expect(upstream).toHaveRelayed(message)
})

it('refuses faults after which nobody could see whether the server is ready', async ({ fault }) => {
  await fault.cutOff({ side: 'lan' })
  await expect(fault.kill()).rejects.toThrow(/^kill: \w+ is off the lan/)
  await expect(fault.powerCut()).rejects.toThrow(/^powerCut: \w+ is off the lan/)
})

it('keeps mail while the store is away', { timeout: LONG }, async ({ smtp, mta, fault, mailbox }) => {
  await fault.cutOff({ of: 'store' })
  const message = await smtp.send({ to: 'jim@example.com' })
  // Not until it is put off: nobody tells the server that there is no answer, and TCP waits for two minutes (tcp(7)).
  expect(await mta.queue()).toHaveLength(1)
  await fault.reconnect()
  await expect(mailbox('jim')).toReceive(message)
})

it('loses nothing when clients vanish in the middle of their messages', { timeout: LONG }, async ({
  smtp,
  fault,
  rig,
  upstream,
}) => {
  const session = await smtp.session({ side: 'internet' })
  await session.ehlo()
  await session.mailFrom('someone@client.example')
  await session.rcptTo('jim@example.com')
  await session.command('DATA')
  session.write('Subject: half of it\r\n\r\nThe rest')
  await fault.cutOff()
  const other = await smtp.send({ side: 'lan', to: 'jim@example.com' })
  await fault.reconnect()
  await expect(rig).toHaveLostNothing()
  expect(other.queueIds).not.toEqual([])
  expect(upstream.messages).toEqual([])
})
