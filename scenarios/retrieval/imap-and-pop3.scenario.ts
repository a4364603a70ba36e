import { expect, rig } from 'mailrig/vitest'
import { wordsOf } from '../store-words.ts'

// A mailbox for each test that counts messages.
const it = rig(
  {
    domains: {
      'example.com': { mailboxes: { jim: { password: 'correct horse' }, petra: {}, gerda: {}, tom: {}, mary: {} } },
    },
  },
  { covers: ['D1', 'D2', 'D3', 'D4', 'S17'] },
)

const JIM = { user: 'jim@example.com', password: 'correct horse' }

it('refuses a wrong password and an unknown user alike, by IMAP, and lets the right one in', async ({
  mailbox,
  rig,
}) => {
  // Side by side: Dovecot lets half a second pass before it refuses.
  const sessions = await Promise.all([mailbox('jim').imapSession(), mailbox('jim').imapSession()])
  const replies = await Promise.all([
    sessions[0].login({ ...JIM, password: 'wrong' }),
    sessions[1].login({ ...JIM, user: 'nobody@example.com' }),
  ])
  for (const reply of replies) {
    expect(reply).toMatchObject({ status: 'NO', ...wordsOf(rig.store).refusedLogin.imap })
  }
  expect(await sessions[0].login(JIM), 'the same session').toMatchObject({ status: 'OK' })
})

it('refuses a wrong password and an unknown user alike, by POP3, and lets the right one in', async ({
  mailbox,
  rig,
}) => {
  const sessions = await Promise.all([mailbox('jim').pop3Session(), mailbox('jim').pop3Session()])
  const refused = { answer: wordsOf(rig.store).refusedLogin.pop3 }
  await Promise.all([
    expect(sessions[0].login({ ...JIM, password: 'wrong' })).rejects.toMatchObject(refused),
    expect(sessions[1].login({ ...JIM, user: 'nobody@example.com' })).rejects.toMatchObject(refused),
  ])
  await sessions[0].login(JIM)
  expect(await sessions[0].stat()).toEqual({ messages: expect.any(Number), octets: expect.any(Number) })
})

it('is read by IMAP: listed, fetched, flagged, deleted', async ({ smtp, mailbox }) => {
  const message = await smtp.send({ to: 'petra@example.com', subject: 'By IMAP', text: 'Hello\n' })
  await expect(mailbox('petra')).toReceive(message)
  const session = await mailbox('petra').imapSession()
  await session.login({ user: 'petra@example.com', password: 'secret' })
  expect((await session.command('SELECT INBOX')).untagged).toContain('1 EXISTS')

  const fetched = await session.command('FETCH 1 (FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)] BODY.PEEK[TEXT])')
  expect(fetched.untagged.join()).toContain('Subject: By IMAP\r\n')
  expect(fetched.untagged.join()).toContain('Hello\r\n')
  expect(fetched.untagged.join()).not.toContain('\\Seen')

  const stored = await session.command('STORE 1 +FLAGS (\\Seen \\Flagged)')
  expect(stored.untagged).toEqual([expect.stringMatching(/^1 FETCH \(FLAGS \((?=.*\\Seen)(?=.*\\Flagged)/)])
  const [seenByAnother] = await (await mailbox('petra').imap()).list()
  expect([...(seenByAnother?.flags ?? [])]).toEqual(expect.arrayContaining(['\\Seen', '\\Flagged']))

  await session.command('STORE 1 +FLAGS.SILENT (\\Deleted)')
  expect((await session.command('EXPUNGE')).untagged).toContain('1 EXPUNGE')
  expect((await session.command('STATUS INBOX (MESSAGES)')).untagged).toContain('STATUS INBOX (MESSAGES 0)')
  expect(await mailbox('petra').list()).toEqual([])
})

it('tells an idling client at once of a message that comes and of one that goes', async ({ smtp, mailbox }) => {
  const session = await mailbox('gerda').imapSession()
  await session.login({ user: 'gerda@example.com', password: 'secret' })
  await session.command('SELECT INBOX')
  const idling = await session.idle()
  // Beside what is asked for, the server tells of flags: that a keyword is new (Dovecot 2.4.5 marks what has attachments, at
  // once or a moment later), that a message is recent, and how it is marked.
  const told = async () => {
    let news = await idling.next()
    while (/^(?:FLAGS|OK \[PERMANENTFLAGS|1 RECENT|1 FETCH)/.test(news)) news = await idling.next()
    return news
  }
  const message = await smtp.send({ to: 'gerda@example.com' })
  expect(await told()).toBe('1 EXISTS')
  await mailbox('gerda').delete(await mailbox('gerda').receive(message))
  expect(await told()).toBe('1 EXPUNGE')
  expect(await idling.done()).toMatchObject({ status: 'OK' })
})

it('is read by POP3: listed, retrieved, deleted when the session ends well', async ({ smtp, mailbox, rig }) => {
  const first = await smtp.send({ to: 'tom@example.com', subject: 'First', text: 'One\nTwo\nThree\n' })
  await expect(mailbox('tom')).toReceive(first)
  const second = await smtp.send({ to: 'tom@example.com', subject: 'Second', text: '.\n..\n' })
  await expect(mailbox('tom')).toReceive(second)

  const session = await mailbox('tom').pop3()
  const sizes = await session.list()
  expect([...sizes.keys()]).toEqual([1, 2])
  const octets = [...sizes.values()].reduce((sum, size) => sum + size)
  expect(await session.stat()).toEqual({ messages: 2, octets })
  expect(new Set((await session.uidl()).values()).size).toBe(2)
  const whole = await session.retr(1)
  expect(whole).toEqual(expect.bufferContaining(`Message-ID: <${first.messageId}>`))
  expect(whole.length).toBe(sizes.get(1))
  expect((await session.retr(2)).toString()).toMatch(/\r\n\r\n\.\r\n\.\.\r\n$/)

  const top = (await session.top(1, 1)).toString()
  expect(top).toContain('Subject: First\r\n')
  expect(top).toMatch(/\r\n\r\nOne\r\n$/)

  await session.dele(1)
  await expect(session.retr(1)).rejects.toMatchObject({
    answer: expect.stringMatching(wordsOf(rig.store).deletedMessage),
  })
  await session.rset()
  await session.dele(1)
  const keptId = (await session.uidl()).get(2)
  session.destroy()
  const again = await mailbox('tom').pop3()
  expect(await again.stat(), 'after a session that broke off').toMatchObject({ messages: 2 })
  await again.dele(1)
  await again.quit()
  const last = await mailbox('tom').pop3()
  expect([...(await last.uidl()).values()], 'the id is the message’s, not the place’s').toEqual([keptId])
  expect((await mailbox('tom').list()).map(({ messageId }) => messageId)).toEqual([second.messageId])
})

it('offers TLS by IMAP and POP3, from the first octet or behind a command', async ({ mailbox }) => {
  const plain = await mailbox('mary').imapSession()
  expect(await plain.capability()).toContain('STARTTLS')
  expect((await (await mailbox('mary').pop3Session()).capa()).has('STLS')).toBe(true)
  const encrypted = [
    await mailbox('mary').imapSession({ tls: 'implicit' }),
    await mailbox('mary').imapSession({ tls: 'starttls' }),
    await mailbox('mary').pop3Session({ tls: 'implicit' }),
    await mailbox('mary').pop3Session({ tls: 'starttls' }),
  ]
  for (const { tls, formatted } of encrypted) {
    expect(tls, formatted).toMatchObject({ authorized: true, protocol: expect.stringMatching(/^TLSv1\.[23]$/) })
    expect(tls?.certificate.subjectaltname).toContain('DNS:store.rig.test')
  }
  const account = { user: 'mary@example.com', password: 'secret' }
  const [imaps, starttls, pop3s, stls] = encrypted
  for (const session of [imaps, starttls]) expect(await session?.login(account)).toMatchObject({ status: 'OK' })
  for (const session of [pop3s, stls]) await expect(session?.login(account)).resolves.not.toThrow()
})

it('shows a certificate that holds for its own name alone', async ({ mailbox }) => {
  const other = { servername: 'mx.example.com' }
  for (const tls of ['implicit', 'starttls'] as const) {
    await expect(mailbox('mary').imapSession({ tls, ...other })).rejects.toThrow(/does not match certificate/)
    await expect(mailbox('mary').pop3Session({ tls, ...other })).rejects.toThrow(/does not match certificate/)
  }
})

it('offers PLAIN and LOGIN and nothing else, which can be used', async ({ mailbox }) => {
  const imap = await mailbox('jim').imapSession()
  const announced = [...(await imap.capability())].filter((capability) => capability.startsWith('AUTH='))
  expect(announced.toSorted()).toEqual(['AUTH=LOGIN', 'AUTH=PLAIN'])
  const pop3 = await mailbox('jim').pop3Session()
  expect((await pop3.capa()).get('SASL')?.toSorted()).toEqual(['LOGIN', 'PLAIN'])
  expect(await imap.authenticate('CRAM-MD5', JIM)).toMatchObject({ status: 'NO' })
  expect(await imap.authenticate('PLAIN', JIM)).toMatchObject({ status: 'OK' })
  await pop3.auth('LOGIN', JIM)
  expect((await pop3.stat()).messages).toBeGreaterThanOrEqual(0)
})
