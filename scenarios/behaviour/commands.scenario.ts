import { expect, rig } from 'mailrig/vitest'
import { repliesToTheEnd } from './replies.ts'
import { EHLO, MAIL, MUST, RCPT, type Row, SHOULD, verdictOn } from './row.ts'

const it = rig({ domains: { 'example.com': { mailboxes: ['jim'] } } }, { covers: ['P1', 'P3', 'P9', 'S62'] })

it('is of a version', async ({ mta, rig, identify }) => {
  const version = await mta.version()
  expect(version).toMatch(/^\d+\.\d/)
  identify(mta.name, version)
  const storeVersion = await rig.store.version()
  expect(storeVersion).toMatch(/^\d+\.\d/)
  identify(rig.store.name, storeVersion)
})

it('greets', async ({ smtp, observe }) => {
  const { greeting } = await smtp.session()
  expect(greeting).toReply(220, /^mx\.example\.com /)
  observe('the greeting', greeting)
})

it('names its extensions', async ({ smtp, observe }) => {
  const { keywords } = await (await smtp.session()).ehlo()
  expect(keywords.size).toBeGreaterThan(0)
  const offered = (keyword: string) => (keywords.has(keyword) ? 'offered' : 'not offered')
  observe('EHLO: 8BITMIME', offered('8BITMIME'), {
    requirement: 'SHOULD',
    section: 'RFC 5321 §2.4',
    holds: keywords.has('8BITMIME'),
  })
  for (const keyword of ['PIPELINING', 'SIZE', 'STARTTLS', 'CHUNKING', 'DSN', 'SMTPUTF8', 'ENHANCEDSTATUSCODES']) {
    observe(`EHLO: ${keyword}`, offered(keyword))
  }
  observe('EHLO: all, sorted', [...keywords.keys()].sort().join(' '))
})

const rows: Row[] = [
  { name: 'HELO', line: 'HELO client.example', codes: /^250$/ },
  { name: 'EHLO without a name', line: 'EHLO', codes: /^50\d$/ },
  { name: 'EHLO bad_host', line: 'EHLO bad_host', codes: /^(?:250|50\d)$/ },
  { name: 'EHLO [192.0.2.1]', line: 'EHLO [192.0.2.1]', codes: /^(?:250|50\d)$/ },
  { name: 'ehlo in lower case', line: 'ehlo client.example', codes: /^250$/ },
  { name: 'MAIL before EHLO', line: MAIL, codes: /^(?:250|503)$/ },
  { name: 'NOOP before EHLO', line: 'NOOP', codes: /^(?:250|503)$/, asked: SHOULD('RFC 5321 §4.1.4', /^250$/) },
  {
    name: 'VRFY before EHLO',
    line: 'VRFY jim@example.com',
    codes: /^(?:25[02]|50\d)$/,
    asked: SHOULD('RFC 5321 §4.1.4', /^25[02]$/),
  },
  {
    name: 'MAIL after a second EHLO in mid-transaction',
    before: [EHLO, MAIL, EHLO],
    line: MAIL,
    codes: /^(?:250|503)$/,
    asked: MUST('RFC 5321 §4.1.4', /^250$/),
  },
  { name: 'RCPT before MAIL', before: [EHLO], line: RCPT, codes: /^5\d\d$/, asked: MUST('RFC 5321 §3.3', /^503$/) },
  { name: 'DATA before MAIL', before: [EHLO], line: 'DATA', codes: /^5\d\d$/ },
  {
    name: 'a second MAIL',
    before: [EHLO, MAIL],
    line: MAIL,
    codes: /^(?:250|5\d\d)$/,
    asked: MUST('RFC 5321 §4.1.4', /^503$/),
  },
  {
    name: 'RSET in mid-transaction',
    before: [EHLO, MAIL, RCPT],
    line: 'RSET',
    codes: /^250$/,
    asked: MUST('RFC 5321 §4.1.1.5', /^250$/),
  },
  {
    name: 'DATA, every recipient refused',
    before: [EHLO, MAIL, 'RCPT TO:<nobody@example.com>'],
    line: 'DATA',
    codes: /^(?:354|503|554)$/,
    asked: SHOULD('RFC 2920 §3.2', /^5\d\d$/),
  },
  {
    name: 'VRFY of a known user',
    before: [EHLO],
    line: 'VRFY jim@example.com',
    codes: /^(?:25[02]|50[02])$/,
    asked: MUST('RFC 5321 §4.5.1', /^25[02]$/),
  },
  { name: 'VRFY of an unknown user', before: [EHLO], line: 'VRFY nobody@example.com', codes: /^(?:252|50[02]|55\d)$/ },
  {
    name: 'EXPN',
    before: [EHLO],
    line: 'EXPN jim@example.com',
    codes: /^(?:25\d|50\d|550)$/,
    asked: SHOULD('RFC 5321 §3.5.1', /^25\d$/),
  },
  {
    name: 'HELP',
    before: [EHLO],
    line: 'HELP',
    codes: /^(?:21[14]|50\d)$/,
    asked: SHOULD('RFC 5321 §4.1.1.8', /^21[14]$/),
  },
  {
    name: 'NOOP with words after it',
    line: 'NOOP anything',
    before: [EHLO],
    codes: /^(?:250|50[01])$/,
    asked: SHOULD('RFC 5321 §4.1.1.9', /^250$/),
  },
  {
    name: 'an unknown command',
    before: [EHLO],
    line: 'XYZZY',
    codes: /^50\d$/,
    asked: SHOULD('RFC 5321 §4.2.4', /^500$/),
  },
  { name: 'an empty line', before: [EHLO], line: '', codes: /^50\d$/ },
  { name: 'BDAT before MAIL', before: [EHLO], line: 'BDAT 0 LAST', codes: /^50\d$/ },
  {
    name: 'AUTH PLAIN of nobody, in clear text',
    before: [EHLO],
    line: 'AUTH PLAIN AGppbQBzZWNyZXQ=',
    codes: /^5\d\d$/,
  },
]

it.for(rows)('answers: $name', async ({ name, before = [], line, codes, asked }, { smtp, observe }) => {
  const session = await smtp.session()
  for (const command of before) await session.command(command)
  const reply = await session.command(line)
  expect(String(reply.code)).toMatch(codes)
  observe(name, reply, verdictOn(reply, asked))
})

it('answers a client that speaks before the greeting', async ({ smtp, mta, observe }) => {
  // Said while the server stands still, so that the words are there before it can have greeted.
  const session = await mta.whileFrozen(async () => {
    const early = await smtp.session({ awaitGreeting: false })
    early.write(`${EHLO}\r\n`)
    return early
  })
  const greeting = await session.reply()
  expect(String(greeting.code)).toMatch(/^(?:220|554)$/)
  observe('EHLO before the greeting: the greeting', String(greeting.code))
})

it('answers a client that does not wait for EHLO to be answered', async ({ smtp, observe }) => {
  const session = await smtp.session()
  session.write(`${EHLO}\r\n${MAIL}\r\nQUIT\r\n`)
  const replies = await repliesToTheEnd(session)
  const codes = replies.map(({ code }) => code).join(' ')
  expect(codes).toMatch(/^(?:250|50[03]|554)(?: (?:250|5\d\d))*(?: 221)?$/)
  observe('EHLO, MAIL and QUIT in one write', codes)
})

it('takes commands in one write once it has offered PIPELINING', async ({ mta, smtp, observe }) => {
  mta.requires('pipelining')
  const session = await smtp.session()
  await session.ehlo()
  const replies = await session.pipeline([MAIL, 'RCPT TO:<nobody@example.com>', RCPT, 'RSET'])
  const codes = replies.map(({ code }) => code)
  expect(codes).toEqual([250, 550, 250, 250])
  observe('MAIL, RCPT unknown, RCPT known, RSET in one write', codes.join(' '), {
    requirement: 'MUST',
    section: 'RFC 2920 §3.2',
    holds: codes.join(' ') === '250 550 250 250',
  })
})

it('accepts a message with an id', async ({ smtp, observe }) => {
  const session = await smtp.session()
  await session.ehlo()
  await session.mailFrom('marc@client.example')
  await session.rcptTo('jim@example.com')
  const asked = await session.command('DATA')
  expect(asked).toReply(354)
  observe('DATA', asked)
  const accepted = await session.content('Subject: accepted\r\n\r\nText\r\n')
  expect(accepted).toReply(250)
  observe('the end of data', accepted)
  const bye = await session.quit()
  expect(bye).toReply(221)
  observe('QUIT', bye, verdictOn(bye, MUST('RFC 5321 §4.1.1.10', /^221$/)))
})
