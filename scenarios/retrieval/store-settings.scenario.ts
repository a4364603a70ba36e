import { expect, rig } from 'mailrig/vitest'
import { wordsOf } from '../store-words.ts'

const MECHANISMS = ['PLAIN', 'LOGIN', 'CRAM-MD5', 'SCRAM-SHA-1', 'SCRAM-SHA-256'] as const

const it = rig(
  {
    domains: { 'example.com': { mailboxes: { jim: { password: 'correct horse' } } } },
    store: { tls: 'required', mechanisms: [...MECHANISMS] },
  },
  { covers: ['D3', 'D4'] },
)

const JIM = { user: 'jim@example.com', password: 'correct horse' }

it('lets nobody log in before TLS, by IMAP', async ({ rig, mailbox }) => {
  const session = await mailbox('jim').imapSession({ tls: false })
  const capabilities = await session.capability()
  expect(capabilities).toContain('LOGINDISABLED')
  expect(capabilities).toContain('STARTTLS')
  expect(capabilities).not.toContain('AUTH=PLAIN')
  expect(await session.login(JIM)).toMatchObject({ status: 'NO', ...wordsOf(rig.store).refusedBeforeTls.imap })
  const encrypted = await mailbox('jim').imapSession({ tls: 'starttls' })
  expect(await encrypted.capability()).not.toContain('LOGINDISABLED')
  expect(await encrypted.login(JIM)).toMatchObject({ status: 'OK' })
})

it('lets nobody log in before TLS, by POP3', async ({ rig, mailbox }) => {
  const session = await mailbox('jim').pop3Session({ tls: false })
  const capabilities = await session.capa()
  expect(capabilities.has('STLS')).toBe(true)
  expect(capabilities.has('USER')).toBe(false)
  const answer = expect.stringMatching(wordsOf(rig.store).refusedBeforeTls.pop3)
  await expect(session.login(JIM)).rejects.toMatchObject({ answer })
  const encrypted = await mailbox('jim').pop3({ tls: 'starttls' })
  expect(encrypted.tls?.authorized).toBe(true)
})

/** In TLS a server may offer SCRAM once more, bound to this connection (RFC 5802 §6). */
function withoutBinding(mechanisms: readonly string[]): string[] {
  return mechanisms.filter((mechanism) => !mechanism.endsWith('-PLUS')).toSorted()
}

it('announces its mechanisms', async ({ mailbox }) => {
  const imap = await (await mailbox('jim').imapSession()).capability()
  const announced = [...imap].flatMap((capability) => /^AUTH=(.*)/.exec(capability)?.[1] ?? [])
  expect(withoutBinding(announced)).toEqual(MECHANISMS.toSorted())
  const pop3 = await (await mailbox('jim').pop3Session()).capa()
  expect(withoutBinding(pop3.get('SASL') ?? [])).toEqual(MECHANISMS.toSorted())
})

// Side by side: Dovecot lets half a second pass before it refuses.
it.concurrent.for(MECHANISMS)(
  'lets in by %s whoever knows the password, and nobody else',
  async (mechanism, { rig, mailbox }) => {
    const refused = wordsOf(rig.store).refusedMechanism
    const imap = await mailbox('jim').imapSession()
    expect(await imap.authenticate(mechanism, { ...JIM, password: 'wrong' })).toMatchObject({
      status: 'NO',
      ...refused.imap,
    })
    expect(await imap.authenticate(mechanism, JIM)).toMatchObject({ status: 'OK' })
    const pop3 = await mailbox('jim').pop3Session()
    await expect(pop3.auth(mechanism, { ...JIM, password: 'wrong' })).rejects.toMatchObject({
      answer: refused.pop3,
    })
    await pop3.auth(mechanism, JIM)
    await expect(pop3.stat()).resolves.toBeDefined()
  },
)
