import { expect, rig } from 'mailrig/vitest'

const it = rig({
  ipv6: true,
  domains: { 'example.com': { mailboxes: ['jim'] } },
  trustedNetworks: ['lan-ipv6'],
  internet: ['elsewhere.example'],
})

it('takes mail by IPv6 as by IPv4', async ({ smtp, mailbox }) => {
  const message = await smtp.send({ ipv6: true, to: 'jim@example.com' })
  await expect(mailbox('jim')).toReceive(message)
})

it('names the client by its IPv6 address, and by the name that it leads back to', async ({ smtp, mailbox }) => {
  const message = await smtp.send({ ipv6: true, to: 'jim@example.com' })
  const received = await mailbox('jim').receive(message)
  const header = (await received.raw()).toString('latin1')
  const [, by = ''] = /^Received: from (client\.example [\s\S]*?)\sby /m.exec(header) ?? []
  expect(by).toMatch(/fd00:c613:[0-9a-f]+:(?::|(?:0:)+)1\b/)
})

it('relays for the network that is trusted, not for the other kind of it', async ({ smtp, upstream }) => {
  const trusted = await smtp.send({ side: 'lan', ipv6: true, to: 'someone@elsewhere.example' })
  await expect(upstream).toHaveRelayed(trusted)
  const stranger = await smtp.send({ side: 'lan', to: 'someone@elsewhere.example', expectRefusal: true })
  expect(stranger.rejected).toHaveLength(1)
})

it('relays for nobody who comes by IPv6 from the internet', async ({ smtp, upstream }) => {
  const { rejected } = await smtp.send({ ipv6: true, to: 'someone@elsewhere.example', expectRefusal: true })
  expect(rejected).toHaveLength(1)
  await expect(upstream).toHaveRelayedNothing()
})
