import { expect, rig } from 'mailrig/vitest'

const it = rig({
  trustedNetworks: ['lan'],
  upstreams: ['backend'],
  relayDomains: ['backend.example'],
  routes: { 'backend.example': { upstream: 'backend', protocol: 'lmtp' } },
  queue: { retryAfter: 2 },
})

const [ANNA, BERTA] = ['anna@backend.example', 'berta@backend.example']

it('speaks LMTP to the next hop', async ({ smtp, upstreams }) => {
  const message = await smtp.send({ to: ANNA })
  const relayed = await upstreams('backend').next({ messageId: message.messageId })
  expect(relayed).toMatchObject({ to: [ANNA], tls: false })
  const [attempt] = upstreams('backend').attempts
  expect(attempt?.transcript).toMatch(/LHLO \S/)
})

it('returns the message of one recipient who is refused after the message, not that of the other', async ({
  mta,
  smtp,
  upstream,
  upstreams,
}) => {
  mta.requires('lmtp-replies')
  upstreams('backend').on(
    'message',
    { reply: '550 5.2.1 this mailbox is closed' },
    { when: ({ recipient }) => recipient === BERTA },
  )
  const message = await smtp.send({ from: 'marc@client.example', to: [ANNA, BERTA] })
  const relayed = await upstreams('backend').next({ messageId: message.messageId })
  expect(relayed.to).toEqual([ANNA])
  const bounce = await upstream.next({ from: '' })
  expect(bounce.content.toString()).toContain('this mailbox is closed')
  await mta.settled(message)
  expect(await mta.queue()).toEqual([])
})

it('tries again for the one who was put off, and for nobody else', async ({ mta, smtp, upstreams }) => {
  mta.requires('lmtp-replies')
  upstreams('backend').on(
    'message',
    { reply: '452 4.2.2 this mailbox is full' },
    { times: 1, when: ({ recipient }) => recipient === BERTA },
  )
  const message = await smtp.send({ to: [ANNA, BERTA] })
  await mta.settled(message)
  const relayed = upstreams('backend').messages.filter(({ messageId }) => messageId === message.messageId)
  expect(relayed.map(({ to }) => to)).toEqual([[ANNA], [BERTA]])
})
