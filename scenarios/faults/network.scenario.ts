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
