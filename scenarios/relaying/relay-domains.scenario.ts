import { expect, rig } from 'mailrig/vitest'

const it = rig(
  {
    relayDomains: ['branch.example', 'anotherdomain.example'],
    internet: ['branch.example', 'anotherdomain.example', 'sub.branch.example', 'elsewhere.example'],
  },
  { covers: ['R4', 'S27', 'S103', 'S128', 'S130', 'S134', 'S136'] },
)

it.for(['branch.example', 'anotherdomain.example'])(
  'relays mail from strangers for the relay domain %s, envelope unchanged',
  async (domain, { smtp, upstream }) => {
    const message = await smtp.send({ to: `someone@${domain}` })
    const relayed = await upstream.next({ messageId: message.messageId })
    expect({ from: relayed.from, to: relayed.to }).toEqual({
      from: 'sender@client.example',
      to: [`someone@${domain}`],
    })
  },
)

it('denies every other domain, for good or for now', async ({ smtp, upstream }) => {
  const message = await smtp.send({ to: 'someone@elsewhere.example', expectRefusal: true })
  expect(message.rejected[0]?.reply.code).toBeGreaterThanOrEqual(450)
  await expect(upstream).toHaveRelayedNothing()
})

it('takes the allowed recipients of a message and denies the others', async ({ smtp, upstream }) => {
  const message = await smtp.send({ to: ['someone@branch.example', 'someone@elsewhere.example'] })
  expect(message.rejected.map(({ address }) => address)).toEqual(['someone@elsewhere.example'])
  const relayed = await upstream.next({ messageId: message.messageId })
  expect(relayed.to).toEqual(['someone@branch.example'])
})

it('relays for the subdomains of a relay domain or denies them, but never loses the mail', async ({
  smtp,
  mta,
  upstream,
  observe,
}) => {
  const message = await smtp.send({ to: 'someone@sub.branch.example', expectRefusal: true })
  await mta.settled(message)
  expect(upstream.messages.length).toBe(message.accepted.length)
  observe('RCPT for a subdomain of a relay domain', message.accepted.length === 1 ? 'relayed' : 'denied')
})
