import { expect, rig } from 'mailrig/vitest'

const it = rig({
  domains: { 'example.com': { mailboxes: ['jim'] } },
  trustedNetworks: ['lan'],
  upstreams: ['isp'],
  smarthost: 'isp',
  internet: ['elsewhere.example'],
})

it('hands all outbound mail to the smarthost, envelope and message unchanged', async ({ smtp, upstreams }) => {
  const message = await smtp.send({ side: 'lan', from: 'jim@example.com', to: 'someone@elsewhere.example' })
  const relayed = await upstreams('isp').next({ messageId: message.messageId })
  expect({ from: relayed.from, to: relayed.to }).toEqual({ from: 'jim@example.com', to: ['someone@elsewhere.example'] })
  expect(relayed.content.toString('latin1')).toContain(message.content.toString('latin1').split('\r\n\r\n')[1])
})

it('leaves the exchanger of the domain alone', async ({ smtp, upstreams }) => {
  const message = await smtp.send({ side: 'lan', from: 'jim@example.com', to: 'someone@elsewhere.example' })
  await expect(upstreams('isp')).toHaveRelayed(message)
  await expect(upstreams('upstream')).toHaveRelayedNothing()
})
