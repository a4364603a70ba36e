import { expect, rig } from 'mailrig/vitest'

const it = rig({
  domains: { 'example.com': { mailboxes: ['jim'] } },
  trustedNetworks: ['lan'],
  internet: ['elsewhere.example'],
})

const elsewhere = 'someone@elsewhere.example'

/** Why an expectation was not met. */
async function failure(expectation: Promise<void>): Promise<string> {
  return expectation.then(
    () => 'it was met',
    (error: Error) => error.message,
  )
}

it('names the message that is gone from its mailbox', async ({ load, mailbox, rig }) => {
  const account = await load({ messages: 10, connections: 2, to: 'jim@example.com' })
  const one = (await mailbox('jim').list()).at(-1)
  if (!one) throw new Error('ten messages are there')
  await mailbox('jim').delete(one)
  const why = await failure(expect(account).toHaveLostNothing())
  expect(why).toContain('of 10 messages that it took, 1 is nowhere')
  expect(why).toContain(`<${one.messageId}>: jim@example.com has none`)
  expect(account).toMatchObject({ lost: 1, delivered: 9 })
  expect(await failure(expect(rig).toHaveLostNothing())).toContain(one.messageId)
})

it('names the message that somebody threw out of the queue', async ({ load, mta, rig, upstream }) => {
  upstream.on('mail', { reply: '451 4.3.2 busy' })
  const account = await load({ messages: 4, connections: 2, to: elsewhere, until: 'accepted' })
  await expect(rig, 'while all of it waits').toHaveLostNothing()
  const [entry] = await mta.queue()
  if (!entry) throw new Error('four messages wait')
  await mta.queue.delete({ queueIds: [entry.queueId] })
  const why = await failure(expect(account).toHaveLostNothing())
  expect(why).toContain('of 4 messages that it took, 1 is nowhere')
  expect(why).toContain(entry.queueId)
  expect(account).toMatchObject({ lost: 1, queued: 3 })
})

it('names the message that came twice', async ({ load, smtp, mailbox, rig }) => {
  const account = await load({ messages: 5, connections: 1, to: 'jim@example.com' })
  const one = (await mailbox('jim').list()).at(-1)
  if (!one?.messageId) throw new Error('five messages are there')
  const copy = await smtp.send({ to: 'jim@example.com', messageId: one.messageId })
  await expect(mailbox('jim')).toReceive(copy)
  const why = await failure(expect(account).toHaveDuplicated({ atMost: 0 }))
  expect(why).toContain(`<${one.messageId}>: jim@example.com has it 2 times`)
  await expect(account).toHaveDuplicated({ atMost: 1 })
  await expect(rig).toHaveLostNothing()
})

it('follows messages that were sent one by one', async ({ smtp, mailbox, rig, upstream }) => {
  const kept = await smtp.send({ side: 'lan', to: ['jim@example.com', elsewhere] })
  await expect(upstream).toHaveRelayed(kept)
  await expect(rig).toHaveLostNothing()
  const stored = await mailbox('jim').receive(kept)
  await mailbox('jim').delete(stored)
  const why = await failure(expect(rig).toHaveLostNothing())
  expect(why).toContain(`<${kept.messageId}>: jim@example.com has none, ${elsewhere} has one`)
})
