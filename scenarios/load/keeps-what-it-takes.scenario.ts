import { expect, rig } from 'mailrig/vitest'

const it = rig({
  domains: { 'example.com': { mailboxes: ['jim', 'petra'] } },
  trustedNetworks: ['lan'],
  internet: ['elsewhere.example'],
})

const nothingMissing = { refused: 0, unknown: 0, queued: 0, lost: 0, duplicated: 0 }

it('hands on all that it took for another domain', async ({ load, rig }) => {
  const account = await load({ messages: 50, connections: 5, to: 'someone@elsewhere.example' })
  expect(account.toJSON()).toMatchObject({ sent: 50, accepted: 50, delivered: 50, bounced: 0, ...nothingMissing })
  await expect(rig).toHaveLostNothing()
  await expect(rig).toHaveDuplicated({ atMost: 0 })
})

it('delivers all that it took to the mailboxes', async ({ load }) => {
  const to = ['jim@example.com', 'petra@example.com']
  const account = await load({ messages: 20, connections: 4, to, size: '1k:3,20k:1' })
  expect(account.toJSON()).toMatchObject({ sent: 20, accepted: 20, delivered: 20, ...nothingMissing })
  await expect(account).toHaveLostNothing()
})

it('delivers to each of several mailboxes', async ({ load, observe }) => {
  const to = ['jim@example.com', 'petra@example.com']
  const account = await load({ messages: 3, connections: 1, to, recipients: 2 })
  await expect(account).toHaveLostNothing()
  expect(account.toJSON()).toMatchObject({ accepted: 3, delivered: 3, lost: 0 })
  // RFC 2033 §4.2: one reply for each recipient. Who reads the first alone delivers to the others once more.
  const twice = account.duplicated === 0 ? 'each has it once' : 'some have it twice'
  observe('a message for two mailboxes, which goes to the store by LMTP', twice)
})

it('tells the sender of each message that it gives up', async ({ load, upstream }) => {
  upstream.on('rcpt', { reply: '550 5.1.1 no such user' }, { when: ({ from }) => from !== '' })
  const account = await load({ messages: 3, connections: 1, to: 'nobody@elsewhere.example' })
  expect(account.toJSON()).toMatchObject({ accepted: 3, delivered: 0, bounced: 3, ...nothingMissing })
  await expect(account).toHaveLostNothing()
  const why = expect.stringContaining('550 5.1.1 no such user')
  expect(account.toJSON().bounces, 'however often they were read').toEqual([{ text: why, count: 3 }])
})

it('has refused what it did not take', async ({ load, mta, rig }) => {
  const account = await load({ messages: 5, connections: 1, to: 'jim@example.com', size: '20M' })
  expect(account.toJSON()).toMatchObject({ sent: 5, accepted: 0, refused: 5, lost: 0 })
  expect(account.toJSON().refusals, mta.name).toMatchObject([{ reply: expect.stringMatching(/^55\d /), count: 5 }])
  await expect(rig).toHaveLostNothing()
})
