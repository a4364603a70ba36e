import { expect, rig } from 'mailrig/vitest'

const it = rig(
  {
    trustedNetworks: ['lan'],
    upstreams: ['isp', 'partner', 'inside'],
    smarthost: 'isp',
    routes: { 'partner.example': 'partner', 'inside.example': 'inside' },
    relayDomains: ['inside.example'],
    internet: ['partner.example', 'sub.partner.example', 'inside.example', 'elsewhere.example'],
  },
  { covers: ['R7', 'R8', 'S9', 'S128', 'S138'] },
)

it('prefers the route of a domain to the smarthost and to the exchanger', async ({ smtp, upstreams }) => {
  const message = await smtp.send({ side: 'lan', to: 'someone@partner.example' })
  const relayed = await upstreams('partner').next({ messageId: message.messageId })
  expect(relayed.to).toEqual(['someone@partner.example'])
  await expect(upstreams('isp')).toHaveRelayedNothing()
  await expect(upstreams('upstream')).toHaveRelayedNothing()
})

it.for(['someone@elsewhere.example', 'someone@sub.partner.example'])(
  'hands mail for %s, which has no route of its own, to the smarthost',
  async (to, { smtp, upstreams }) => {
    const message = await smtp.send({ side: 'lan', to })
    await expect(upstreams('isp')).toHaveRelayed(message)
    await expect(upstreams('partner')).toHaveRelayedNothing()
  },
)

it('finds the route whatever the case of the domain', async ({ smtp, upstreams }) => {
  const message = await smtp.send({ side: 'lan', to: 'someone@Partner.EXAMPLE' })
  await expect(upstreams('partner')).toHaveRelayed(message)
})

it('sends each recipient of one message its own way', async ({ smtp, upstreams }) => {
  const message = await smtp.send({ side: 'lan', to: ['one@partner.example', 'two@elsewhere.example'] })
  const [partner, isp] = await Promise.all(
    ['partner', 'isp'].map((name) => upstreams(name).next({ messageId: message.messageId })),
  )
  expect(partner?.to).toEqual(['one@partner.example'])
  expect(isp?.to).toEqual(['two@elsewhere.example'])
})

it('passes mail of strangers for a relay domain on to the server inside', async ({ smtp, upstreams }) => {
  const message = await smtp.send({ to: 'someone@inside.example' })
  await expect(upstreams('inside')).toHaveRelayed(message)
  await expect(upstreams('isp')).toHaveRelayedNothing()
})

it('does not take mail of strangers for a domain because there is a route', async ({ smtp, upstreams }) => {
  const message = await smtp.send({ to: 'someone@partner.example', expectRefusal: true })
  expect(message.accepted).toEqual([])
  await expect(upstreams('partner')).toHaveRelayedNothing()
})
