import { expect, type RigFixtures, rig } from 'mailrig/vitest'

const it = rig(
  {
    domains: { 'example.com': { mailboxes: { jim: { password: 'correct horse' }, petra: {} } } },
    submission: { mechanisms: ['PLAIN', 'LOGIN', 'CRAM-MD5'] },
    internet: ['elsewhere.example'],
  },
  { covers: ['P6', 'S42', 'S49'] },
)

const jim = { user: 'jim@example.com', password: 'correct horse' }
const PLAIN = Buffer.from(`\0${jim.user}\0${jim.password}`).toString('base64')

async function submission(smtp: RigFixtures['smtp']) {
  const session = await smtp.session({ service: 'submission' })
  const { keywords } = await session.ehlo()
  return Object.assign(session, { offered: keywords.get('AUTH') })
}

it('offers its mechanisms on port 587 and none on port 25', async ({ smtp, observe }) => {
  const session = await submission(smtp)
  expect(session.offered?.toSorted()).toEqual(['CRAM-MD5', 'LOGIN', 'PLAIN'])
  observe('AUTH on port 587', session.offered?.join(' ') ?? 'not offered')
  const { keywords } = await (await smtp.session()).ehlo()
  expect(keywords.has('AUTH')).toBe(false)
})

it('refuses AUTH on port 25', async ({ smtp, observe }) => {
  const session = await smtp.session()
  await session.ehlo()
  const refused = await session.auth(jim)
  expect(refused).toReply('5xx')
  observe('AUTH where it is not offered', refused)
})

it.for(['PLAIN', 'LOGIN', 'CRAM-MD5'] as const)(
  'accepts %s with the right password',
  async (mechanism, { smtp, observe }) => {
    const session = await submission(smtp)
    const accepted = await session.auth({ mechanism, ...jim })
    expect(accepted, 'RFC 4954 §6').toReply(235)
    observe(`AUTH ${mechanism}`, accepted)
  },
)

it('asks for the response to PLAIN where the client did not send it along', async ({ smtp }) => {
  const session = await submission(smtp)
  const asked = await session.command('AUTH PLAIN')
  expect(asked).toReply(334)
  // RFC 4954 §4: what the client is to answer to is empty.
  expect(asked.text.trim()).toBe('')
  expect(await session.command(PLAIN)).toReply(235)
})

it('asks for user and password, one after the other, with LOGIN', async ({ smtp, observe }) => {
  const session = await submission(smtp)
  const user = await session.command('AUTH LOGIN')
  expect(user).toReply(334)
  const password = await session.command(Buffer.from(jim.user).toString('base64'))
  expect(password).toReply(334)
  expect(await session.command(Buffer.from(jim.password).toString('base64'))).toReply(235)
  observe('LOGIN asks', [user, password].map(({ text }) => Buffer.from(text, 'base64').toString()).join(' '))
})

it.for(['PLAIN', 'LOGIN', 'CRAM-MD5'] as const)(
  'refuses %s with a wrong password',
  async (mechanism, { smtp, observe }) => {
    const session = await submission(smtp)
    const refused = await session.auth({ mechanism, user: jim.user, password: 'battery staple' })
    expect(refused, 'RFC 4954 §6').toReply(535)
    observe(`AUTH ${mechanism} with a wrong password`, refused)
    expect(await session.auth({ mechanism, ...jim })).toReply(235)
  },
)

it('does not tell an unknown user from a wrong password', async ({ smtp, observe }) => {
  const session = await submission(smtp)
  const wrong = await session.auth({ user: jim.user, password: 'battery staple' })
  const unknown = await session.auth({ user: 'nobody@example.com', password: 'battery staple' })
  expect(unknown).toReply(535)
  observe('AUTH of nobody', unknown, {
    requirement: 'SHOULD',
    section: 'RFC 4954 §4',
    holds: unknown.text === wrong.text,
  })
})

it('gives AUTH up when the client says so', async ({ smtp, observe }) => {
  const session = await submission(smtp)
  expect(await session.command('AUTH LOGIN')).toReply(334)
  const cancelled = await session.command('*')
  expect(cancelled, 'RFC 4954 §4').toReply(501)
  observe('AUTH cancelled with *', cancelled)
  expect(await session.auth(jim)).toReply(235)
})

const wrong = [
  { name: 'a mechanism that nobody has', line: 'AUTH XYZZY', code: 504 },
  { name: 'a response that is no base64', line: 'AUTH PLAIN not*base64', code: 501 },
  { name: 'AUTH without a mechanism', line: 'AUTH', code: 501 },
]

it.for(wrong)('refuses $name', async ({ name, line, code }, { smtp, observe }) => {
  const session = await submission(smtp)
  const refused = await session.command(line)
  expect(refused).toReply('5xx')
  observe(name, refused, { requirement: 'MUST', section: 'RFC 4954 §4', holds: refused.code === code })
  expect(await session.auth(jim), 'the session goes on').toReply(235)
})

it('refuses AUTH a second time', async ({ smtp, observe }) => {
  const session = await submission(smtp)
  await session.auth(jim)
  const again = await session.auth(jim)
  expect(again, 'RFC 4954 §4').toReply(503)
  observe('AUTH a second time', again)
})

it('refuses AUTH within a transaction', async ({ smtp, observe }) => {
  const session = await smtp.session({ service: 'submission', side: 'lan' })
  await session.ehlo()
  expect(await session.auth(jim)).toReply(235)
  expect(await session.mailFrom(jim.user)).toReply(250)
  const refused = await session.auth(jim)
  expect(refused, 'RFC 4954 §4').toReply(503)
  observe('AUTH within a transaction', refused)
})

it('takes mail from nobody who has not authenticated', async ({ smtp, observe }) => {
  const session = await submission(smtp)
  const sender = await session.mailFrom(jim.user)
  const refused = sender.code === 250 ? await session.rcptTo('petra@example.com') : sender
  expect(refused).toReply('5xx')
  observe('submission without AUTH', refused, {
    requirement: 'MUST',
    section: 'RFC 4954 §6',
    holds: refused.code === 530,
  })
})

it('relays for a user, wherever the user comes from', async ({ smtp, upstream }) => {
  const message = await smtp.send({
    service: 'submission',
    auth: jim,
    from: jim.user,
    to: 'someone@elsewhere.example',
  })
  await expect(upstream).toHaveRelayed(message)
})

it('relays for nobody whose password was wrong', async ({ smtp, upstream }) => {
  const session = await submission(smtp)
  expect(await session.auth({ user: jim.user, password: 'battery staple' })).toReply(535)
  const replies = [await session.mailFrom(jim.user), await session.rcptTo('someone@elsewhere.example')]
  expect(replies.at(-1)).toReply('5xx')
  await expect(upstream).toHaveRelayedNothing()
})

it('delivers to a mailbox of its own as well', async ({ smtp, mailbox }) => {
  const message = await smtp.send({ service: 'submission', auth: jim, from: jim.user, to: 'petra@example.com' })
  await expect(mailbox('petra')).toReceive(message)
})

it('starts the session anew at STARTTLS, for a user as well', async ({ smtp, observe }) => {
  const session = await submission(smtp)
  await session.auth(jim)
  expect(await session.startTls()).toReply(220)
  await session.ehlo()
  await session.mailFrom(jim.user)
  const relayed = await session.rcptTo('someone@elsewhere.example')
  expect(String(relayed.code)).toMatch(/^(?:250|5\d\d)$/)
  const forgotten = relayed.code >= 500
  observe('AUTH before STARTTLS, afterwards', forgotten ? 'forgotten' : 'remembered', {
    requirement: 'MUST',
    section: 'RFC 3207 §4.2',
    holds: forgotten,
  })
})
