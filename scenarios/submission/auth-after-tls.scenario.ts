import { expect, rig } from 'mailrig/vitest'

const it = rig(
  {
    domains: { 'example.com': { mailboxes: ['jim'] } },
    submission: { tls: 'required', mechanisms: ['PLAIN', 'LOGIN', 'CRAM-MD5', 'SCRAM-SHA-1', 'SCRAM-SHA-256'] },
    internet: ['elsewhere.example'],
  },
  { covers: ['P6', 'P7', 'S42', 'S49', 'S50'] },
)

const jim = { user: 'jim@example.com', password: 'secret' }

it('names AUTH once the session is encrypted, not before', async ({ smtp, observe }) => {
  const session = await smtp.session({ service: 'submission' })
  const before = (await session.ehlo()).keywords
  expect(before.has('STARTTLS')).toBe(true)
  expect(before.get('AUTH') ?? []).not.toContain('PLAIN')
  observe('AUTH before the required STARTTLS', before.get('AUTH')?.join(' ') ?? 'not offered')
  expect(await session.startTls()).toReply(220)
  const after = (await session.ehlo()).keywords
  expect(after.has('STARTTLS'), 'RFC 3207 §4.2').toBe(false)
  expect(after.get('AUTH')?.toSorted()).toEqual(['CRAM-MD5', 'LOGIN', 'PLAIN', 'SCRAM-SHA-1', 'SCRAM-SHA-256'])
})

it('takes no password in clear text, right or wrong', async ({ smtp, observe }) => {
  const session = await smtp.session({ service: 'submission' })
  await session.ehlo()
  const right = await session.auth(jim)
  const wrong = await session.auth({ user: jim.user, password: 'battery staple' })
  expect(right).toReply('5xx')
  expect({ code: wrong.code, text: wrong.text }, 'nothing is learnt from it').toEqual({
    code: right.code,
    text: right.text,
  })
  observe('AUTH PLAIN before the required STARTTLS', right)
})

it('takes no mail in clear text', async ({ smtp, observe }) => {
  const session = await smtp.session({ service: 'submission' })
  await session.ehlo()
  const refused = await session.mailFrom(jim.user)
  expect(refused, 'RFC 3207 §4').toReply(530)
  observe('submission before the required STARTTLS', refused)
})

it.for(['PLAIN', 'LOGIN', 'CRAM-MD5', 'SCRAM-SHA-1', 'SCRAM-SHA-256'] as const)(
  'accepts %s in an encrypted session',
  async (mechanism, { smtp, observe }) => {
    const session = await smtp.session({ service: 'submission' })
    await session.ehlo()
    await session.startTls()
    await session.ehlo()
    const wrong = await session.auth({ mechanism, user: jim.user, password: 'battery staple' })
    expect(wrong).toReply(535)
    const accepted = await session.auth({ mechanism, ...jim })
    expect(accepted).toReply(235)
    observe(`AUTH ${mechanism} in TLS`, accepted)
  },
)

it('relays for a user in an encrypted session', async ({ smtp, upstream }) => {
  const message = await smtp.send({
    service: 'submission',
    tls: 'starttls',
    auth: { mechanism: 'SCRAM-SHA-256', ...jim },
    from: jim.user,
    to: 'someone@elsewhere.example',
  })
  await expect(upstream).toHaveRelayed(message)
})

it('goes on taking mail in clear text on port 25', async ({ smtp, mailbox }) => {
  const message = await smtp.send({ to: 'jim@example.com' })
  await expect(mailbox('jim')).toReceive(message)
})
