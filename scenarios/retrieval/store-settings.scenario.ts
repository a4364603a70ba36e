import { expect, rig } from 'mailrig/vitest'

const MECHANISMS = ['PLAIN', 'LOGIN', 'CRAM-MD5', 'SCRAM-SHA-1', 'SCRAM-SHA-256'] as const

const it = rig(
  {
    domains: { 'example.com': { mailboxes: { jim: { password: 'correct horse' }, petra: {} } } },
    store: { mailboxFormat: 'mbox', tls: 'required', mechanisms: [...MECHANISMS] },
  },
  { covers: ['D3', 'D4', 'D5'] },
)

const JIM = { user: 'jim@example.com', password: 'correct horse' }

it('keeps an mbox: all messages of a folder in one file, each behind a From line', async ({ rig, smtp, mailbox }) => {
  const first = await smtp.send({ to: 'petra@example.com', text: 'Before.\n\nFrom here on it is text.\n' })
  await expect(mailbox('petra')).toReceive(first)
  const second = await smtp.send({ to: 'petra@example.com' })
  await expect(mailbox('petra')).toReceive(second)

  const home = '/var/vmail/example.com/petra'
  const [inbox] = await rig.store.read(`${home}/inbox`)
  const text = inbox?.content.toString('latin1') ?? ''
  expect(text.match(/(?<=^|\n\n)From .* \d{4}(?: [+-]\d{4})?\n/g)).toHaveLength(2)
  expect(text.indexOf(first.messageId)).toBeLessThan(text.indexOf(second.messageId))
  expect(await mailbox('petra').list(), 'as many as were sent').toHaveLength(2)

  const session = await mailbox('petra').imapSession()
  await session.login({ user: 'petra@example.com', password: 'secret' })
  await session.command('CREATE Lists')
  await session.command('SELECT INBOX')
  expect(await session.command('COPY 2 Lists')).toMatchObject({ status: 'OK' })
  const [lists] = await rig.store.read(`${home}/mail/Lists`)
  expect(lists?.content.toString()).toContain(second.messageId)
  expect(lists?.content.toString()).not.toContain(first.messageId)
})

it('lets nobody log in before TLS, by IMAP', async ({ mailbox }) => {
  const session = await mailbox('jim').imapSession({ tls: false })
  const capabilities = await session.capability()
  expect(capabilities).toContain('LOGINDISABLED')
  expect(capabilities).toContain('STARTTLS')
  expect(capabilities).not.toContain('AUTH=PLAIN')
  expect(await session.login(JIM)).toMatchObject({ status: 'NO', code: 'PRIVACYREQUIRED' })
  const encrypted = await mailbox('jim').imapSession({ tls: 'starttls' })
  expect(await encrypted.capability()).not.toContain('LOGINDISABLED')
  expect(await encrypted.login(JIM)).toMatchObject({ status: 'OK' })
})

it('lets nobody log in before TLS, by POP3', async ({ mailbox }) => {
  const session = await mailbox('jim').pop3Session({ tls: false })
  const capabilities = await session.capa()
  expect(capabilities.has('STLS')).toBe(true)
  expect(capabilities.has('USER')).toBe(false)
  await expect(session.login(JIM)).rejects.toMatchObject({ answer: expect.stringMatching(/SSL|TLS/) })
  const encrypted = await mailbox('jim').pop3({ tls: 'starttls' })
  expect(encrypted.tls?.authorized).toBe(true)
})

it('announces its mechanisms', async ({ mailbox }) => {
  const imap = await (await mailbox('jim').imapSession()).capability()
  expect([...imap].filter((capability) => capability.startsWith('AUTH=')).toSorted()).toEqual(
    MECHANISMS.map((mechanism) => `AUTH=${mechanism}`).toSorted(),
  )
  const pop3 = await (await mailbox('jim').pop3Session()).capa()
  expect(pop3.get('SASL')?.toSorted()).toEqual(MECHANISMS.toSorted())
})

// Side by side: Dovecot lets half a second pass before it refuses.
it.concurrent.for(MECHANISMS)(
  'lets in by %s whoever knows the password, and nobody else',
  async (mechanism, { mailbox }) => {
    const imap = await mailbox('jim').imapSession()
    expect(await imap.authenticate(mechanism, { ...JIM, password: 'wrong' })).toMatchObject({
      status: 'NO',
      code: 'AUTHENTICATIONFAILED',
    })
    expect(await imap.authenticate(mechanism, JIM)).toMatchObject({ status: 'OK' })
    const pop3 = await mailbox('jim').pop3Session()
    await expect(pop3.auth(mechanism, { ...JIM, password: 'wrong' })).rejects.toMatchObject({
      answer: '[AUTH] Authentication failed.',
    })
    await pop3.auth(mechanism, JIM)
    await expect(pop3.stat()).resolves.toBeDefined()
  },
)
