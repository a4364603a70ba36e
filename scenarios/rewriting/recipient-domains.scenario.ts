import { expect, rig } from 'mailrig/vitest'

const it = rig(
  {
    domains: { 'example.com': { mailboxes: ['jim'] } },
    relayDomains: ['branch.example'],
    internet: ['branch.example', 'moved.example'],
    trustedNetworks: ['lan'],
    rewriting: {
      domains: {
        'old.example': 'example.com',
        'oldbranch.example': 'branch.example',
        'former.example': 'moved.example',
      },
    },
  },
  { covers: ['R11'] },
)

it('delivers mail for the old name of a domain to the mailbox under the new one', async ({ smtp, mailbox }) => {
  const message = await smtp.send({ to: 'jim@old.example' })
  await expect(mailbox('jim')).toReceive(message)
})

it('refuses or returns mail for an unknown user under the old name', async ({ smtp, mta, upstream, mailbox }) => {
  const message = await smtp.send({ from: 'marc@client.example', to: 'nobody@old.example', expectRefusal: true })
  await mta.settled(message)
  const told = message.accepted.length === 0 || upstream.messages.some(({ from }) => from === '')
  expect(told).toBe(true)
  await expect(mailbox('jim')).toReceiveNothing()
})

it.for([
  ['a relay domain, from a stranger', 'internet', 'someone@oldbranch.example', 'someone@branch.example'],
  ['a domain elsewhere, from a trusted client', 'lan', 'someone@former.example', 'someone@moved.example'],
] as const)('rewrites %s, in envelope and header', async ([_, side, to, rewritten], { smtp, upstream }) => {
  const message = await smtp.send({ side, to })
  const relayed = await upstream.next({ messageId: message.messageId })
  expect(relayed.to).toEqual([rewritten])
  expect((await relayed.parsed()).to?.map(({ address }) => address)).toEqual([rewritten])
})

it('does not relay for a stranger because a domain is rewritten', async ({ smtp, upstream }) => {
  const message = await smtp.send({ to: 'someone@former.example', expectRefusal: true })
  expect(message.accepted).toEqual([])
  await expect(upstream).toHaveRelayedNothing()
})
