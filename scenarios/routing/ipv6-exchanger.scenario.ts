import { expect, rig } from 'mailrig/vitest'

const it = rig({
  ipv6: true,
  trustedNetworks: ['lan'],
  upstreams: ['first', 'second'],
  internet: {
    'ipv6-only.example': { mx: [{ host: 'first.ipv6.example' }] },
    'both.example': { mx: [{ host: 'first.ipv6.example' }, { preference: 20, upstream: 'second' }] },
  },
})

it('delivers to an exchanger that has no other address', async ({ smtp, upstreams }) => {
  const message = await smtp.send({ side: 'lan', to: 'someone@ipv6-only.example' })
  const relayed = await upstreams('first').next({ messageId: message.messageId })
  expect(relayed.clientAddress).toMatch(/^fd00:c613:/)
})

it('goes on to the next exchanger by IPv4 while the one by IPv6 is down', async ({ smtp, upstreams }) => {
  upstreams('first').down()
  const message = await smtp.send({ side: 'lan', to: 'someone@both.example' })
  const relayed = await upstreams('second').next({ messageId: message.messageId })
  expect(relayed.clientAddress).toMatch(/^198\.19\./)
})
