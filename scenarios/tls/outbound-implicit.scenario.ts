import { expect, type RigFixtures, rig } from 'mailrig/vitest'

const it = rig(
  {
    trustedNetworks: ['lan'],
    upstreams: ['isp', 'casual'],
    smarthost: { upstream: 'isp', tls: 'implicit-verified', auth: { user: 'office', password: 'secret' } },
    routes: { 'casual.example': { upstream: 'casual', port: 4465, tls: 'implicit' } },
  },
  { covers: ['P7', 'R7', 'S50'] },
)

function send(smtp: RigFixtures['smtp'], to: string) {
  return smtp.send({ side: 'lan', from: 'petra@client.example', to })
}

it('speaks TLS from the first octet on port 465', async ({ smtp, upstreams }) => {
  const isp = upstreams('isp')
  isp.auth = { accounts: { office: 'secret' } }
  const message = await send(smtp, 'someone@elsewhere.example')
  const relayed = await isp.next({ messageId: message.messageId })
  expect(relayed).toMatchObject({ user: 'office', tls: { protocol: 'TLSv1.3' } })
  expect(isp.attempts[0]?.port).toBe(465)
  expect(isp.attempts[0]?.transcript).not.toContain('STARTTLS')
})

it.for(['other-name', 'other-authority', 'expired'] as const)(
  'hands over nothing to a certificate that is wrong: %s',
  async (certificate, { smtp, mta, upstreams }) => {
    const isp = upstreams('isp')
    isp.auth = { accounts: { office: 'secret' } }
    // Nobody gets in while the certificate is made: mail that the test before has left would find the good one.
    isp.down()
    await isp.offerTls({ certificate })
    isp.up()
    const message = await send(smtp, 'someone@elsewhere.example')
    await mta.rested(message)
    expect(isp.attempts.length).toBeGreaterThan(0)
    expect(isp.attempts.map(({ transcript }) => transcript).join()).not.toContain('MAIL FROM')
    expect((await mta.queue()).map(({ queueId }) => queueId)).toContain(mta.queueIdOf(message))
  },
)

it('takes any certificate where it is told to, at any port', async ({ smtp, upstreams }) => {
  const casual = upstreams('casual')
  await casual.offerTls({ certificate: 'other-authority' })
  const message = await send(smtp, 'someone@casual.example')
  expect((await casual.next({ messageId: message.messageId })).tls).toMatchObject({ protocol: 'TLSv1.3' })
  expect(casual.attempts[0]?.port).toBe(4465)
})
