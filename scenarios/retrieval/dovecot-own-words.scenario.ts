import { expect, rig } from 'mailrig/vitest'

// What only Dovecot is asked: its files, and its tools in their own words.
const it = rig(
  { domains: { 'example.com': { mailboxes: ['gerda', 'tom'] } } },
  { covers: ['D5', 'D9'], needs: ['doveadm', 'open-mailbox-format'] },
)

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
  // Dovecot 2.4.5 says by a keyword, a small letter, whether a message has attachments: then it is in cur/ at once.
  const unread = /\/Maildir\/(?:new\/\d+\.[^/:]+|cur\/\d+\.[^/]+:2,[a-z]+)$/
  expect(fresh.map(({ path }) => path)).toEqual([expect.stringMatching(unread)])
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
  expect(await rig.store.conf('mail_max_userip_connections'), 'which nobody has set').toBe('10')
  expect(await rig.store.conf('no_such_setting')).toBeUndefined()
})

it('stores what its delivery agent is given as it is', async ({ rig, mailbox }) => {
  const message = 'Message-ID: <by-lda@client.example>\nSubject: By dovecot-lda\n\nHello\n'
  expect((await rig.store.deliver('tom@example.com', message)).exitCode).toBe(0)
  const stored = await mailbox('tom').receive({ messageId: 'by-lda@client.example' })
  expect((await stored.raw()).toString()).toBe(message.replaceAll('\n', '\r\n'))
})
