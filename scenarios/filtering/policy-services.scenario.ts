import { expect, rig } from 'mailrig/vitest'

const it = rig(
  {
    domains: { 'example.com': { mailboxes: ['jim', 'petra'] } },
    policies: { greylist: { timeout: 1 }, size: { at: 'end-of-data', onFailure: 'accept', timeout: 1 } },
  },
  { needs: ['policy-services'] },
)

it('asks a policy service about each recipient, and at the end of the message', async ({
  smtp,
  policy,
  policies,
  mailbox,
}) => {
  const message = await smtp.send({ from: 'marc@client.example', to: ['jim@example.com', 'petra@example.com'] })
  await expect(mailbox('petra')).toReceive(message)
  expect(policy.requests).toMatchObject(
    ['jim@example.com', 'petra@example.com'].map((recipient) => ({
      protocol_state: 'RCPT',
      client_name: 'client.example',
      helo_name: 'client.example',
      sender: 'marc@client.example',
      recipient,
    })),
  )
  expect(policies('size').requests).toMatchObject([{ protocol_state: 'END-OF-MESSAGE', recipient_count: '2' }])
})

it('puts a stranger off once, as greylisting does, and takes him then', async ({ smtp, policy, mailbox }) => {
  policy.answer({ action: 'DEFER_IF_PERMIT 4.2.0 Greylisted' }, { times: 1 })
  const first = await smtp.send({ to: 'jim@example.com', expectRefusal: true })
  expect(first.rejected[0]?.reply).toReply('450 4.2.0', 'Greylisted')
  await expect(mailbox('jim')).toReceive(await smtp.send({ to: 'jim@example.com' }))
})

it('refuses one recipient, and adds a header field', async ({ smtp, policy, mailbox }) => {
  policy.answer({ action: 'REJECT not jim' }, { when: ({ recipient }) => recipient === 'jim@example.com' })
  policy.answer({ action: 'PREPEND X-Policy: seen' })
  const message = await smtp.send({ to: ['jim@example.com', 'petra@example.com'] })
  expect(message.rejected[0]?.reply).toReply('554 5.7.1', 'not jim')
  const received = await mailbox('petra').receive(message)
  expect((await received.raw()).toString()).toMatch(/^X-Policy: seen\r$/m)
})

it('does as it was told while a policy service cannot be asked', async ({ smtp, policy, policies, mailbox }) => {
  policies('size').down()
  await expect(mailbox('jim')).toReceive(await smtp.send({ to: 'jim@example.com' }))
  policy.down()
  const { rejected } = await smtp.send({ to: 'jim@example.com', expectRefusal: true })
  expect(rejected[0]?.reply).toReply('451 4.3.5')
})
