import { expect, rig } from 'mailrig/vitest'

const it = rig(
  { domains: { 'example.com': { mailboxes: ['jim', 'petra', 'gerda', 'tom'] } } },
  { covers: ['D5', 'D6', 'D9'] },
)

it('takes mail by LMTP, and answers for each recipient', async ({ rig, mailbox }) => {
  const session = await rig.store.lmtp()
  const { keywords } = await session.ehlo('mx.example.com')
  expect(keywords.has('PIPELINING')).toBe(true)
  expect(await session.mailFrom('marc@client.example')).toReply('250 2.1.0')
  expect(await session.rcptTo('jim@example.com')).toReply('250 2.1.5')
  expect(await session.rcptTo('nobody@example.com')).toReply('550 5.1.1', '<nobody@example.com>')
  expect(await session.rcptTo('petra+lists@example.com')).toReply('250 2.1.5')
  const replies = await session.dataLmtp('Message-ID: <by-lmtp@client.example>\nSubject: By LMTP\n\nHello\n')
  expect(replies).toHaveLength(2)
  expect(replies[0]).toReply('250 2.0.0', /<jim@example\.com> \S+ Saved$/)
  expect(replies[1]).toReply('250 2.0.0', /<petra\+lists@example\.com> \S+ Saved$/)
  await session.quit()
  for (const name of ['jim', 'petra']) {
    const stored = await mailbox(name).receive({ messageId: 'by-lmtp@client.example' })
    const raw = (await stored.raw()).toString()
    expect(raw).toMatch(/^Return-Path: <marc@client\.example>\r\n/)
    expect(raw).toMatch(/^Received: from mx\.example\.com .*\r\n\s+by store\.rig\.test with LMTP\b/m)
  }
})

it('takes mail by its delivery agent, which tells of an unknown user by the code of sysexits.h', async ({
  rig,
  mailbox,
}) => {
  const message = 'Message-ID: <by-lda@client.example>\nSubject: By dovecot-lda\n\nHello\n'
  expect((await rig.store.deliver('gerda@example.com', message)).exitCode).toBe(0)
  const stored = await mailbox('gerda').receive({ messageId: 'by-lda@client.example' })
  expect((await stored.raw()).toString()).toBe(message.replaceAll('\n', '\r\n'))
  const EX_NOUSER = 67
  expect((await rig.store.deliver('nobody@example.com', message)).exitCode).toBe(EX_NOUSER)
})

it('keeps a Maildir: each message a file of its own, from new/ to cur/, its flags in its name', async ({
  rig,
  smtp,
  mailbox,
  mta,
}) => {
  const message = await smtp.send({ to: 'tom@example.com' })
  await mta.settled(message)
  const folder = '/var/vmail/example.com/tom/Maildir'
  const inbox = async () => (await rig.store.read(folder)).filter(({ path }) => /\/(?:new|cur)\//.test(path))
  const fresh = await inbox()
  expect(fresh.map(({ path }) => path)).toEqual([expect.stringMatching(/\/Maildir\/new\/\d+\.[^/]+$/)])
  expect(fresh[0]?.content.toString()).toContain(`Message-ID: <${message.messageId}>`)
  const { stdout: vmail } = await rig.store.run(['id', '-u', 'vmail'])
  expect(fresh[0]?.uid).toBe(Number(vmail))
  expect((fresh[0]?.mode ?? 0o777) & 0o077, 'rights of others').toBe(0)

  const imap = await mailbox('tom').imap()
  await imap.setFlags(await imap.list(), ['\\Seen', '\\Flagged'])
  expect((await inbox()).map(({ path }) => path)).toEqual([expect.stringMatching(/\/Maildir\/cur\/[^/]+:2,FS$/)])
})

it('answers doveadm as it answers IMAP', async ({ rig, smtp, mailbox }) => {
  const session = await mailbox('gerda').imapSession()
  await session.login({ user: 'gerda@example.com', password: 'secret' })
  expect(await session.command('CREATE Lists')).toMatchObject({ status: 'OK' })
  expect(await rig.store.folders('gerda@example.com')).toEqual(expect.arrayContaining(['INBOX', 'Lists']))

  const stored = await mailbox('gerda').receive(await smtp.send({ to: 'gerda@example.com', subject: 'Counted' }))
  const { messages, uidNext, size } = await rig.store.status('gerda@example.com')
  const listed = await mailbox('gerda').list()
  expect({ messages, uidNext }).toEqual({ messages: listed.length, uidNext: stored.uid + 1 })
  expect(size).toBe(listed.reduce((sum, each) => sum + each.size, 0))
  expect(await rig.store.fetch('gerda@example.com', ['mailbox', 'uid'], ['SUBJECT', 'Counted'])).toEqual([
    { mailbox: 'INBOX', uid: String(stored.uid) },
  ])
  expect(await rig.store.find([stored.messageId ?? ''])).toEqual([
    { user: 'gerda@example.com', folder: 'INBOX', uid: stored.uid, messageId: stored.messageId },
  ])
  await expect(rig.store.status('nobody@example.com')).rejects.toThrow(/User doesn't exist/)
})

it('tells its settings as it reads them', async ({ rig }) => {
  expect(await rig.store.conf('protocols')).toBe('imap pop3 lmtp sieve')
  expect(await rig.store.conf('ssl_min_protocol')).toBe('TLSv1.2')
  expect(await rig.store.conf('no_such_setting')).toBeUndefined()
})
