import { expect, rig } from 'mailrig/vitest'

const it = rig(
  {
    domains: { 'example.com': { mailboxes: ['jim'] } },
    trustedNetworks: ['lan'],
    internet: ['elsewhere.example'],
  },
  { covers: ['R5', 'R6', 'S9', 'S27', 'S130'] },
)

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

it('relays for a trusted client whatever it says of its own name and of the sender', async ({ smtp, upstream }) => {
  const message = await smtp.send({
    side: 'lan',
    helo: 'unknown.example',
    from: 'marc@client.example',
    to: 'someone@elsewhere.example',
  })
  await expect(upstream).toHaveRelayed(message)
})

it('takes mail for its own domain from strangers', async ({ smtp, mailbox }) => {
  const message = await smtp.send({ to: 'jim@example.com' })
  await expect(mailbox('jim')).toReceive(message)
})
