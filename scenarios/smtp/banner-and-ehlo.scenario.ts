import { expect, rig } from 'mailrig/vitest'

const it = rig({
  host: 'mx1.example.com',
  domains: { 'example.com': { mailboxes: ['info'] } },
  limits: { messageSize: 52_428_800 },
})

it('greets with 220 and its own name, and says ESMTP', async ({ smtp }) => {
  const session = await smtp.session()
  expect(session.greeting).toReply(220, /^mx1\.example\.com .*ESMTP/)
})

it('lists in the EHLO reply what it can do', async ({ smtp }) => {
  const session = await smtp.session()
  const { reply, keywords } = await session.ehlo('client.example')
  expect(reply).toReply(250, /^mx1\.example\.com/)
  expect([...keywords.keys()]).toEqual(expect.arrayContaining(['PIPELINING', 'STARTTLS', '8BITMIME']))
  expect(keywords.get('SIZE'), 'the declared size limit, RFC 1870 §4').toEqual(['52428800'])
})

it('answers HELO without extensions', async ({ smtp }) => {
  const session = await smtp.session()
  const reply = await session.helo('client.example')
  expect(reply).toReply(250)
  expect(reply.lines).toHaveLength(1)
})

it('says goodbye with 221 and closes', async ({ smtp }) => {
  const session = await smtp.session()
  expect(await session.quit()).toReply(221)
  await session.closed()
})
