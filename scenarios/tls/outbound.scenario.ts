import { expect, rig } from 'mailrig/vitest'

const it = rig(
  {
    domains: { 'example.com': { mailboxes: ['jim'] } },
    trustedNetworks: ['lan'],
    upstreams: ['upstream', 'strange', 'stale', 'casual', 'strict', 'plain'],
    internet: ['elsewhere.example'],
    outboundTls: 'verified',
    routes: {
      'strange.example': 'strange',
      'stale.example': 'stale',
      'casual.example': { upstream: 'casual', tls: 'opportunistic' },
      'strict.example': { upstream: 'strict', tls: 'required' },
      'plain.example': { upstream: 'plain', tls: 'none' },
    },
  },
  { covers: ['P7', 'S50'] },
)

const to = (domain: string) => ({ side: 'lan', from: 'jim@example.com', to: `someone@${domain}` }) as const

it('opportunistic: encrypts where the next hop offers it', async ({ smtp, upstreams, observe }) => {
  const casual = upstreams('casual')
  await casual.offerTls()
  const message = await smtp.send(to('casual.example'))
  const { tls } = await casual.next({ messageId: message.messageId })
  expect(tls).toMatchObject({ protocol: 'TLSv1.3', cipher: expect.stringContaining('AES') })
  observe('the name asked for by SNI, outbound', tls ? (tls.servername ?? 'none') : 'no TLS')
})

it('opportunistic: sends in clear text where it is not offered', async ({ smtp, upstreams }) => {
  const message = await smtp.send(to('casual.example'))
  expect((await upstreams('casual').next({ messageId: message.messageId })).tls).toBe(false)
})

it.for(['other-name', 'other-authority', 'expired'] as const)(
  'opportunistic: encrypts whatever the certificate: %s',
  async (certificate, { smtp, upstreams }) => {
    const casual = upstreams('casual')
    await casual.offerTls({ certificate })
    const message = await smtp.send(to('casual.example'))
    expect((await casual.next({ messageId: message.messageId })).tls).toMatchObject({ protocol: 'TLSv1.3' })
  },
)

it('opportunistic: delivers although the next hop cannot start TLS', async ({ smtp, upstreams, observe }) => {
  const casual = upstreams('casual')
  await casual.offerTls()
  casual.on('starttls', { reply: '454 4.7.0 TLS not available due to temporary reason' }, { times: 1 })
  const message = await smtp.send(to('casual.example'))
  const { tls } = await casual.next({ messageId: message.messageId })
  observe('outbound, 454 to an opportunistic STARTTLS', tls ? 'tries again later, with TLS' : 'goes on in clear text')
  expect(casual.attempts[0]?.transcript).toContain('S: 454')
})

it('none: sends in clear text although TLS is offered', async ({ smtp, upstreams }) => {
  const plain = upstreams('plain')
  await plain.offerTls()
  const message = await smtp.send(to('plain.example'))
  expect((await plain.next({ messageId: message.messageId })).tls).toBe(false)
})

it('required: keeps the message until the next hop offers TLS', async ({ smtp, mta, upstreams }) => {
  const strict = upstreams('strict')
  const message = await smtp.send(to('strict.example'))
  await mta.queue.deferred(message)
  expect((await mta.queue()).map(({ queueId }) => queueId)).toContain(mta.queueIdOf(message))
  expect(strict.attempts.map(({ transcript }) => transcript).join()).not.toContain('MAIL FROM')
  // Any certificate will do.
  await strict.offerTls({ certificate: 'other-authority' })
  expect((await strict.next({ messageId: message.messageId })).tls).toMatchObject({ protocol: 'TLSv1.3' })
})

it('required: does not fall back when STARTTLS is refused', async ({ smtp, upstreams }) => {
  const strict = upstreams('strict')
  await strict.offerTls()
  strict.on('starttls', { reply: '454 4.7.0 TLS not available due to temporary reason' }, { times: 1 })
  const message = await smtp.send(to('strict.example'))
  expect((await strict.next({ messageId: message.messageId })).tls).toMatchObject({ protocol: 'TLSv1.3' })
  expect(strict.attempts[0]?.transcript).not.toContain('MAIL FROM')
})

it('verified: sends where name, authority and date are right', async ({ smtp, upstream, upstreams }) => {
  await Promise.all([upstream.offerTls(), upstreams('strange').offerTls()])
  const [byMx, byRoute] = await Promise.all([smtp.send(to('elsewhere.example')), smtp.send(to('strange.example'))])
  expect((await upstream.next({ messageId: byMx.messageId })).tls).toMatchObject({ protocol: 'TLSv1.3' })
  expect((await upstreams('strange').next({ messageId: byRoute.messageId })).tls).toMatchObject({ protocol: 'TLSv1.3' })
})

it('verified: keeps what is for a wrong certificate, and sends it when that is put right', async ({
  smtp,
  mta,
  upstreams,
}) => {
  const ways = await Promise.all(
    (
      [
        ['upstream', 'elsewhere.example', 'other-name'],
        ['strange', 'strange.example', 'other-authority'],
        ['stale', 'stale.example', 'expired'],
      ] as const
    ).map(async ([name, domain, certificate]) => {
      const upstream = upstreams(name)
      await upstream.offerTls({ certificate })
      return { upstream, message: await smtp.send(to(domain)) }
    }),
  )
  for (const { message } of ways) await mta.queue.deferred(message)
  const queue = await mta.queue()
  for (const { upstream, message } of ways) {
    expect(queue.map(({ queueId }) => queueId)).toContain(mta.queueIdOf(message))
    expect(upstream.attempts.length).toBeGreaterThan(0)
    expect(upstream.attempts.map(({ transcript }) => transcript).join()).not.toContain('MAIL FROM')
  }
  await Promise.all(ways.map(({ upstream }) => upstream.offerTls()))
  for (const { upstream, message } of ways) {
    const relayed = await upstream.next({ messageId: message.messageId })
    expect(relayed.tls).toMatchObject({ protocol: 'TLSv1.3' })
  }
  await mta.settled(ways.map(({ message }) => message))
  for (const { upstream } of ways) expect(upstream.messages.length, 'delivered once').toBe(1)
})
