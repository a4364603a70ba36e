import { expect, rig } from 'mailrig/vitest'

const it = rig({
  domains: { 'example.com': { mailboxes: ['jim'] } },
  trustedNetworks: ['lan'],
  internet: ['elsewhere.example'],
})

it('refuses to relay for a stranger', async ({ smtp, upstream }) => {
  const session = await smtp.session()
  await session.ehlo()
  await session.mailFrom('marc@client.example')
  const reply = await session.rcptTo('someone@elsewhere.example')
  expect(reply.code, 'refused, for good or for now: Debian has Postfix answer 454').toBeGreaterThanOrEqual(450)
  await expect(upstream).toHaveRelayedNothing()
})

it('relays for a client of a trusted network', async ({ smtp, upstream }) => {
  const message = await smtp.send({ side: 'lan', from: 'jim@example.com', to: 'someone@elsewhere.example' })
  await expect(upstream).toHaveRelayed(message)
})

it('takes mail for its own domain from strangers', async ({ smtp, mailbox }) => {
  const message = await smtp.send({ to: 'jim@example.com' })
  await expect(mailbox('jim')).toReceive(message)
})
