import { expect, rig } from 'mailrig/vitest'

const it = rig(
  {
    domains: { 'example.com': { mailboxes: ['jim', 'petra', 'closed', 'gone', 'sink'] } },
    internet: ['elsewhere.example', 'open.example', 'bad.example', 'busy.example', 'roaming.example'],
    access: [
      { sender: 'spammer@client.example', action: 'REJECT' },
      { sender: 'bad.example', action: 'REJECT' },
      { sender: 'friend@bad.example', action: 'OK' },
      { sender: 'roaming.example', action: 'RELAY' },
      { sender: 'adverts@client.example', action: 'DISCARD' },
      { sender: 'busy.example', action: { code: 450, enhanced: '4.7.1', text: 'Come back tomorrow' } },
      { recipient: 'closed@example.com', action: 'REJECT' },
      { recipient: 'gone@example.com', action: { code: 551, enhanced: '5.1.6', text: 'Jane has moved' } },
      { recipient: 'sink@example.com', action: 'DISCARD' },
      { recipient: 'open.example', action: 'RELAY' },
      { client: 'lan', action: 'RELAY' },
    ],
  },
  { covers: ['R10', 'S9', 'S130'] },
)

it.for(['spammer@client.example', 'whoever@bad.example'])(
  'refuses the sender %s by the time of RCPT',
  async (from, { smtp, mailbox }) => {
    const message = await smtp.send({ from, to: 'jim@example.com', expectRefusal: true })
    expect(message.rejected[0]?.reply).toReply('5xx')
    await expect(mailbox('jim')).toReceiveNothing()
  },
)

it('accepts the one sender of a refused domain that has a rule of its own', async ({ smtp, mailbox }) => {
  const message = await smtp.send({ from: 'friend@bad.example', to: 'jim@example.com' })
  await expect(mailbox('jim')).toReceive(message)
})

it('answers a sender in the words and with the code of its rule', async ({ smtp }) => {
  const message = await smtp.send({ from: 'marc@busy.example', to: 'jim@example.com', expectRefusal: true })
  expect(message.rejected[0]?.reply).toReply('450 4.7.1', 'Come back tomorrow')
})

it('refuses one recipient and takes the others', async ({ smtp, mailbox }) => {
  const message = await smtp.send({ to: ['closed@example.com', 'jim@example.com'] })
  expect(message.rejected.map(({ address }) => address)).toEqual(['closed@example.com'])
  expect(message.rejected[0]?.reply).toReply('5xx')
  await expect(mailbox('jim')).toReceive(message)
  await expect(mailbox('closed')).toReceiveNothing()
})

it('answers for a recipient in the words and with the code of its rule', async ({ smtp }) => {
  const message = await smtp.send({ to: 'gone@example.com', expectRefusal: true })
  expect(message.rejected[0]?.reply).toReply('551 5.1.6', 'Jane has moved')
})

it('takes the mail of a discarded sender and delivers it to nobody', async ({ smtp, mailbox }) => {
  const message = await smtp.send({ from: 'adverts@client.example', to: ['jim@example.com', 'petra@example.com'] })
  expect(message.accepted).toEqual(['jim@example.com', 'petra@example.com'])
  await expect(mailbox('jim')).toReceiveNothing()
  await expect(mailbox('petra')).toReceiveNothing()
})

it('takes mail for a discarded recipient and delivers it to nobody', async ({ smtp, mailbox }) => {
  const message = await smtp.send({ to: 'sink@example.com' })
  expect(message.accepted).toEqual(['sink@example.com'])
  await expect(mailbox('sink')).toReceiveNothing()
})

it('relays for anybody to a recipient domain with RELAY, and to no other', async ({ smtp, upstream }) => {
  const message = await smtp.send({ to: ['someone@open.example', 'someone@elsewhere.example'] })
  expect(message.accepted).toEqual(['someone@open.example'])
  await expect(upstream).toHaveRelayed(message)
})

it('relays for a sender with RELAY, whoever says so', async ({ smtp, upstream }) => {
  const message = await smtp.send({ from: 'marc@roaming.example', to: 'someone@elsewhere.example' })
  await expect(upstream).toHaveRelayed(message)
})

it('does not relay for a sender with OK', async ({ smtp, upstream }) => {
  const message = await smtp.send({
    from: 'friend@bad.example',
    to: 'someone@elsewhere.example',
    expectRefusal: true,
  })
  expect(message.accepted).toEqual([])
  await expect(upstream).toHaveRelayedNothing()
})

it('relays for a client with RELAY', async ({ smtp, upstream }) => {
  const message = await smtp.send({ side: 'lan', to: 'someone@elsewhere.example' })
  await expect(upstream).toHaveRelayed(message)
})

it('holds a client with RELAY to the rules about senders', async ({ smtp, upstream }) => {
  const message = await smtp.send({
    side: 'lan',
    from: 'spammer@client.example',
    to: 'someone@elsewhere.example',
    expectRefusal: true,
  })
  expect(message.rejected[0]?.reply).toReply('5xx')
  await expect(upstream).toHaveRelayedNothing()
})
