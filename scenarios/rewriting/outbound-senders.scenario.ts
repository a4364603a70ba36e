import { expect, rig } from 'mailrig/vitest'

const it = rig(
  {
    host: 'mx1.example.com',
    domains: { 'store.example': { mailboxes: ['jim', 'petra'] } },
    local: { aliases: { jim: 'jim@store.example' } },
    trustedNetworks: ['lan'],
    internet: ['elsewhere.example'],
    rewriting: {
      masqueradeAs: 'example.com',
      generic: { 'jim@store.example': 'james.smith@example.com', 'root@mx1.example.com': 'hostmaster@example.org' },
    },
  },
  { covers: ['R2', 'R11', 'S102', 'S108'] },
)

it.for([
  ['shows the domain instead of the host name', 'petra@mx1.example.com', 'petra@example.com'],
  ['shows a sender by its generic address', 'jim@store.example', 'james.smith@example.com'],
  ['prefers a generic address to the masquerade', 'root@mx1.example.com', 'hostmaster@example.org'],
  ['leaves other senders of its domains alone', 'petra@store.example', 'petra@store.example'],
  ['leaves senders elsewhere alone', 'marc@client.example', 'marc@client.example'],
] as const)('%s, in envelope and header of mail that leaves', async ([_, from, shown], { smtp, upstream }) => {
  const message = await smtp.send({ side: 'lan', from: `Somebody <${from}>`, to: 'someone@elsewhere.example' })
  const relayed = await upstream.next({ messageId: message.messageId })
  expect(relayed.from).toBe(shown)
  expect((await relayed.parsed()).from).toMatchObject({ address: shown, name: 'Somebody' })
})

it('rewrites Reply-To: as well', async ({ smtp, upstream }) => {
  const message = await smtp.send({
    side: 'lan',
    from: 'marc@client.example',
    to: 'someone@elsewhere.example',
    headers: { 'Reply-To': 'jim@store.example' },
  })
  const relayed = await upstream.next({ messageId: message.messageId })
  expect((await relayed.parsed()).replyTo?.map(({ address }) => address)).toEqual(['james.smith@example.com'])
})

it('does not rewrite the recipient', async ({ smtp, upstream }) => {
  const message = await smtp.send({ side: 'lan', from: 'jim@store.example', to: 'someone@elsewhere.example' })
  const relayed = await upstream.next({ messageId: message.messageId })
  expect(relayed.to).toEqual(['someone@elsewhere.example'])
  expect((await relayed.parsed()).to?.map(({ address }) => address)).toEqual(['someone@elsewhere.example'])
})

it('rewrites nothing in mail that stays', async ({ smtp, mailbox }) => {
  const message = await smtp.send({ side: 'lan', from: 'petra@mx1.example.com', to: 'jim@store.example' })
  const stored = await mailbox('jim').receive(message)
  expect(stored.from).toBe('petra@mx1.example.com')
})
