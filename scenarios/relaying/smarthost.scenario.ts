import { expect, rig } from 'mailrig/vitest'

const it = rig(
  {
    domains: { 'example.com': { mailboxes: ['jim'] } },
    trustedNetworks: ['lan'],
    upstreams: ['isp'],
    smarthost: 'isp',
    internet: ['elsewhere.example'],
  },
  { covers: ['R7', 'S27', 'S104', 'S132', 'S136', 'S138', 'S140', 'S144', 'S146'] },
)

const outbound = { side: 'lan', from: 'jim@example.com', to: 'someone@elsewhere.example' } as const

it('hands all outbound mail to the smarthost, envelope and message unchanged', async ({ smtp, upstreams }) => {
  const message = await smtp.send(outbound)
  const relayed = await upstreams('isp').next({ messageId: message.messageId })
  expect({ from: relayed.from, to: relayed.to }).toEqual({ from: 'jim@example.com', to: ['someone@elsewhere.example'] })
  expect(relayed.content.toString('latin1')).toContain(message.content.toString('latin1').split('\r\n\r\n')[1])
})

it('leaves the exchanger of the domain alone', async ({ smtp, upstreams }) => {
  const message = await smtp.send(outbound)
  await expect(upstreams('isp')).toHaveRelayed(message)
  await expect(upstreams('upstream')).toHaveRelayedNothing()
})

it('keeps mail for its own domain', async ({ smtp, mailbox, upstreams }) => {
  const message = await smtp.send({ ...outbound, to: 'jim@example.com' })
  await expect(mailbox('jim')).toReceive(message)
  await expect(upstreams('isp')).toHaveRelayedNothing()
})

// To name a smarthost is not to name a relay domain, as the two examples under "relay_domains" have it.
it('does not relay for strangers because it has a smarthost', async ({ smtp, upstreams }) => {
  const message = await smtp.send({ to: 'someone@elsewhere.example', expectRefusal: true })
  expect(message.accepted).toEqual([])
  await expect(upstreams('isp')).toHaveRelayedNothing()
})

it('keeps mail while the smarthost is down, and delivers it once the smarthost is up', async ({
  smtp,
  mta,
  upstreams,
}) => {
  const isp = upstreams('isp')
  isp.down()
  const message = await smtp.send(outbound)
  await mta.queue.deferred(message)
  expect((await mta.queue()).map(({ queueId }) => queueId)).toContain(mta.queueIdOf(message))
  expect(isp.messages).toEqual([])

  isp.up()
  const relayed = await isp.next({ messageId: message.messageId })
  expect(relayed.to).toEqual(['someone@elsewhere.example'])
  await mta.settled(message)
  expect(isp.messages.length, 'delivered once').toBe(1)
})
