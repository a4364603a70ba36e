import { expect, type RigFixtures, rig } from 'mailrig/vitest'
import { inOrder, repliesToTheEnd } from './replies.ts'
import { EHLO, MAIL, MUST, RCPT, verdictOn } from './row.ts'

const LIMIT = 300_000
const it = rig(
  { domains: { 'example.com': { mailboxes: ['jim'] } }, limits: { messageSize: LIMIT } },
  { covers: ['P4', 'P12', 'S48', 'S89'] },
)

type Smtp = RigFixtures['smtp']

/** A session that waits for the message: 354 has come. */
async function dataSession(smtp: Smtp) {
  const session = await smtp.session()
  for (const line of [EHLO, MAIL, RCPT]) expect(await session.command(line)).toReply(250)
  expect(await session.command('DATA')).toReply(354)
  return session
}

it('refuses a size that is announced and too large', async ({ mta, smtp, observe }) => {
  mta.requires('size-at-mail')
  const session = await smtp.session()
  await session.ehlo()
  const reply = await session.command(`${MAIL} SIZE=${LIMIT + 1}`)
  expect(reply).toReply('5xx')
  observe('MAIL with a SIZE over the limit', reply)
})

it('refuses data that is too large', async ({ smtp, observe }) => {
  const session = await dataSession(smtp)
  const reply = await session.content(`Subject: large\r\n\r\n${'0123456789\r\n'.repeat(LIMIT / 10)}`)
  expect(reply).toReply('5xx')
  observe('data over the limit', reply)
})

it('takes 64 000 octets', async ({ smtp, observe }) => {
  const session = await dataSession(smtp)
  const reply = await session.content(`Subject: 64 k\r\n\r\n${'0123456789 1234\r\n'.repeat(4000)}`)
  expect(reply).toReply(250)
  observe('data of 64 k octets', reply, verdictOn(reply, MUST('RFC 5321 §4.5.3.1.7', /^250$/)))
})

it('takes a hundred recipients', async ({ smtp, observe }) => {
  const session = await smtp.session()
  await session.ehlo()
  await session.command(MAIL)
  const commands = Array.from({ length: 100 }, (_, index) => `RCPT TO:<jim+${index}@example.com>`)
  let accepted = 0
  for (const command of commands) if ((await session.command(command)).code === 250) accepted += 1
  expect(accepted).toBeGreaterThan(0)
  observe('a hundred RCPT in one transaction', `${accepted} accepted`, {
    requirement: 'MUST',
    section: 'RFC 5321 §4.5.3.1.8',
    holds: accepted === 100,
  })
})

it.for([
  { octets: 512, asked: MUST('RFC 5321 §4.5.3.1.4', /^250$/) },
  { octets: 2048, asked: undefined },
  { octets: 2050, asked: undefined },
  { octets: 20_000, asked: undefined },
])('answers a command line of $octets octets', async ({ octets, asked }, { smtp, observe }) => {
  const session = await smtp.session()
  await session.ehlo()
  const reply = await session.command(`NOOP ${'x'.repeat(octets - 'NOOP \r\n'.length)}`)
  expect(String(reply.code)).toMatch(/^(?:250|421|5\d\d)$/)
  observe(`NOOP, a line of ${octets} octets`, reply, verdictOn(reply, asked))
})

const LONG = 'x'.repeat(5000)
const bodies: { name: string; content: string; codes: RegExp; asked?: ReturnType<typeof MUST> }[] = [
  {
    name: 'a body line of 998 octets',
    content: `Subject: line\r\n\r\n${LONG.slice(0, 998)}\r\n`,
    codes: /^(?:250|5\d\d)$/,
    asked: MUST('RFC 5321 §4.5.3.1.6', /^250$/),
  },
  {
    name: 'a body line of 999 octets',
    content: `Subject: line\r\n\r\n${LONG.slice(0, 999)}\r\n`,
    codes: /^(?:250|5\d\d)$/,
  },
  { name: 'a body line of 5000 octets', content: `Subject: line\r\n\r\n${LONG}\r\n`, codes: /^(?:250|5\d\d)$/ },
  {
    name: 'a header of 110 kB',
    content: `${`X-Filler: ${LONG.slice(0, 900)}\r\n`.repeat(121)}\r\nText\r\n`,
    codes: /^(?:250|5\d\d)$/,
  },
  { name: 'NUL in the body', content: 'Subject: NUL\r\n\r\na\0b\r\n', codes: /^(?:250|421|5\d\d)$/ },
  { name: 'a bare CR in the body', content: 'Subject: CR\r\n\r\na\rb\r\n', codes: /^(?:250|421|5\d\d)$/ },
  {
    name: 'eight bits that nobody announced',
    content: 'Subject: eight\r\n\r\n\xe4\xf6\xfc\r\n',
    codes: /^(?:250|5\d\d)$/,
  },
  { name: 'no header at all', content: '\r\nText\r\n', codes: /^(?:250|5\d\d)$/ },
  {
    name: 'a header line without a colon',
    content: 'mail from: Marc <a@b>\r\nno colon\r\n\r\nText\r\n',
    codes: /^(?:250|5\d\d)$/,
  },
  {
    name: 'two From fields',
    content: 'From: <a@client.example>\r\nFrom: <b@client.example>\r\n\r\nText\r\n',
    codes: /^(?:250|5\d\d)$/,
  },
]

it.for(bodies)('answers a message with $name', async ({ name, content, codes, asked }, { smtp, observe }) => {
  const session = await dataSession(smtp)
  const reply = await session.content(Buffer.from(content, 'latin1'))
  expect(String(reply.code)).toMatch(codes)
  observe(name, reply, verdictOn(reply, asked))
})

/** What an attacker hopes a second message would be, behind something that is not CRLF.CRLF (CVE-2023-51764 and others). */
const SECOND = ['MAIL FROM:<forged@client.example>', RCPT, 'DATA', 'Subject: second', '', 'Forged', '.', 'QUIT', '']

it.for([
  { name: 'LF.LF', end: '\n.\n' },
  { name: 'LF.CRLF', end: '\n.\r\n' },
  { name: 'CRLF.LF', end: '\r\n.\n' },
  { name: 'CR.CR', end: '\r.\r' },
  { name: 'CR.CRLF', end: '\r.\r\n' },
])('says whether $name ends a message', async ({ name, end }, { smtp, observe }) => {
  const session = await dataSession(smtp)
  session.write(`Subject: first\r\n\r\nText${end}${SECOND.join('\r\n')}`)
  const replies = await repliesToTheEnd(session)
  const codes = replies.map(({ code }) => code)
  expect(codes.length).toBeGreaterThan(0)
  const smuggled = codes.includes(354)
  const messages = smuggled ? 'smuggled, 2 messages' : codes[0] === 250 ? '1 message' : 'none'
  observe(`${name} in the message`, `${messages}: ${inOrder(replies)}`, {
    requirement: 'MUST',
    section: 'RFC 5321 §4.1.1.4',
    holds: !smuggled,
  })
})

it('answers a client that ends its lines with LF alone', async ({ smtp, observe }) => {
  const session = await smtp.session()
  session.write(`${EHLO}\n`)
  const greeted = await session.reply()
  expect(String(greeted.code)).toMatch(/^(?:250|5\d\d)$/)
  observe('EHLO that ends in LF', String(greeted.code), verdictOn(greeted, MUST('RFC 5321 §2.3.8', /^5\d\d$/)))

  for (const line of [MAIL, RCPT, 'DATA']) {
    session.write(`${line}\n`)
    await session.reply()
  }
  // Where LF.LF ends the message, NOOP is a command and the dot after it is none.
  session.write('Subject: LF\n\nText\n.\nNOOP\r\n.\r\nQUIT\r\n')
  const replies = await repliesToTheEnd(session)
  expect(String(replies[0]?.code)).toMatch(/^(?:250|421|5\d\d)$/)
  const ended = replies[0]?.code === 250 && inOrder(replies) !== '250 221'
  observe('a whole message with LF alone', `${ended ? 'accepted' : 'not ended'}: ${inOrder(replies)}`, {
    requirement: 'MUST',
    section: 'RFC 5321 §4.1.1.4',
    holds: !ended,
  })
})

it('stores a line that begins with a dot as it was meant', async ({ smtp, mailbox, observe }) => {
  const message = await smtp.send({ to: 'jim@example.com', text: '.first\r\n..second\r\n.\r\nlast\r\n' })
  const stored = await mailbox('jim').receive(message)
  const kept = (await stored.raw()).toString('latin1').includes('\r\n\r\n.first\r\n..second\r\n.\r\nlast\r\n')
  expect(kept).toBe(true)
  observe('lines that begin with a dot', kept ? 'kept' : 'changed', {
    requirement: 'MUST',
    section: 'RFC 5321 §4.5.2',
    holds: kept,
  })
})

it('says whether it adds what the header lacks', async ({ smtp, mailbox, observe }) => {
  const session = await dataSession(smtp)
  expect(await session.content('From: <marc@client.example>\r\nSubject: bare header\r\n\r\nText\r\n')).toReply(250)
  const stored = await mailbox('jim').receive((candidate) => candidate.subject === 'bare header')
  const raw = (await stored.raw()).toString('latin1')
  const header = raw.slice(0, raw.indexOf('\r\n\r\n'))
  for (const field of ['Date', 'Message-ID', 'To', 'Return-Path', 'Received', 'Delivered-To']) {
    observe(`a stranger’s message without ${field}`, new RegExp(`^${field}:`, 'im').test(header) ? 'added' : 'left out')
  }
})
