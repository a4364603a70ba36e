import { expect, rig } from 'mailrig/vitest'
import { wordsOf } from '../store-words.ts'

const it = rig({ domains: { 'example.com': { mailboxes: ['jim', 'petra', 'gerda'] } } }, { covers: ['D5', 'D6'] })

it('takes mail by LMTP, and answers for each recipient', async ({ rig, mailbox }) => {
  const words = wordsOf(rig.store)
  const session = await rig.store.lmtp()
  const { keywords } = await session.ehlo('mx.example.com')
  expect(keywords.has('PIPELINING')).toBe(true)
  expect(await session.mailFrom('marc@client.example')).toReply('250 2.1.0')
  expect(await session.rcptTo('jim@example.com')).toReply('250 2.1.5')
  expect(await session.rcptTo('nobody@example.com')).toReply(...words.unknownRecipient)
  expect(await session.rcptTo('petra+lists@example.com')).toReply('250 2.1.5')
  const replies = await session.dataLmtp('Message-ID: <by-lmtp@client.example>\nSubject: By LMTP\n\nHello\n')
  expect(replies).toHaveLength(2)
  expect(replies[0]).toReply(...words.saved('jim@example.com'))
  expect(replies[1]).toReply(...words.saved('petra+lists@example.com'))
  await session.quit()
  for (const name of ['jim', 'petra']) {
    const stored = await mailbox(name).receive({ messageId: 'by-lmtp@client.example' })
    const raw = (await stored.raw()).toString()
    expect(raw).toMatch(/^Return-Path: <marc@client\.example>\r\n/)
    expect(raw).toMatch(words.receivedByLmtp)
  }
})

it('takes mail by its delivery agent, which tells of an unknown user by the code of sysexits.h', async ({
  rig,
  mailbox,
}) => {
  const message = 'Message-ID: <by-lda@client.example>\nSubject: By the agent\n\nHello\n'
  expect((await rig.store.deliver('gerda@example.com', message)).exitCode).toBe(0)
  const stored = await mailbox('gerda').receive({ messageId: 'by-lda@client.example' })
  expect((await stored.raw()).toString()).toMatch(/^Subject: By the agent\r\n(?:.+\r\n)*\r\nHello\r\n$/m)
  expect((await rig.store.deliver('nobody@example.com', message)).exitCode).toBe(wordsOf(rig.store).exitForUnknownUser)
})
