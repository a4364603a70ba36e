import { expect, rig } from 'mailrig/vitest'
import { describe } from 'vitest'

describe('/var/mail', () => {
  const it = rig(
    {
      host: 'mx.example.com',
      local: { accounts: { jim: { password: 'correct horse' }, petra: {}, tom: {} } },
      domains: { 'example.com': { mailboxes: ['gerda'] } },
      store: { localAccounts: true, tls: 'none' },
    },
    { covers: ['D2', 'D4', 'L6', 'S17', 'S23'] },
  )

  it('lets Unix accounts in by PAM, and mailboxes by the file they stand in', async ({ mailbox }) => {
    const attempts = [
      { user: 'jim', password: 'wrong' },
      { user: 'root', password: 'secret' },
      { user: 'jim', password: 'correct horse' },
      { user: 'gerda@example.com', password: 'secret' },
    ]
    // Side by side: Dovecot lets half a second pass before it refuses.
    const replies = await Promise.all(
      attempts.map(async (account) => (await mailbox('gerda').imapSession()).login(account)),
    )
    expect(replies.map(({ status }) => status)).toEqual(['NO', 'NO', 'OK', 'OK'])
    expect(replies[0]?.code).toBe('AUTHENTICATIONFAILED')
    await expect((await mailbox('jim').pop3()).stat()).resolves.toBeDefined()
  })

  it('gives the user what the MTA wrote, and takes from the same file what the user deletes', async ({
    smtp,
    mailbox,
    localMailbox,
    mta,
    rig,
  }) => {
    const first = await smtp.send({ to: 'petra@mx.example.com', from: 'marc@client.example', subject: 'In the spool' })
    await expect(localMailbox('petra')).toReceive(first)
    const [spool] = await localMailbox('petra').files()
    expect(spool?.content.toString('latin1')).toMatch(/^From marc@client\.example .* \d{4}\n/)

    const stored = await mailbox('petra').receive(first)
    expect(stored.subject).toBe('In the spool')
    expect((await stored.raw()).toString()).not.toMatch(/^From /)
    expect(await rig.store.find([first.messageId])).toMatchObject([{ user: 'petra', folder: 'INBOX' }])
    await mailbox('petra').delete(stored)
    // Not empty: Dovecot keeps its numbers in a message of its own when no other is left, as UW-IMAP did.
    const left = await localMailbox('petra').list()
    expect(
      left.map(({ messageId }) => messageId),
      'on the MTA’s host',
    ).not.toContain(first.messageId)

    const second = await smtp.send({ to: 'petra@mx.example.com' })
    await mta.settled(second)
    const pop3 = await mailbox('petra').pop3()
    expect(await pop3.retr(1)).toEqual(expect.bufferContaining(`Message-ID: <${second.messageId}>`))
    await pop3.dele(1)
    await pop3.quit()

    const [emptied] = await localMailbox('petra').files()
    const { stdout: uid } = await mta.run(['id', '-u', 'petra'])
    expect(emptied?.uid, 'the owner').toBe(Number(uid))
    expect((emptied?.mode ?? 0o777) & 0o007, 'rights of others').toBe(0)
    expect(emptied?.mode, 'as the MTA left it').toBe(spool?.mode)
  })

  it('tells an idling user of what the MTA writes', async ({ smtp, mailbox }) => {
    const session = await mailbox('tom').imapSession()
    await session.login({ user: 'tom', password: 'secret' })
    await session.command('SELECT INBOX')
    const idling = await session.idle()
    await smtp.send({ to: 'tom@mx.example.com' })
    expect(await idling.next()).toBe('1 EXISTS')
  })

  it('lets one user in after the other, by IMAP and POP3', async ({ mailbox }) => {
    for (const user of ['jim', 'petra', 'tom']) {
      await expect((await mailbox(user).imap()).list()).resolves.toBeDefined()
      const pop3 = await mailbox(user).pop3()
      await expect(pop3.stat()).resolves.toBeDefined()
      await pop3.quit()
    }
  })

  it('has no port for TLS and no command for it where there is none', async ({ mailbox }) => {
    expect(await (await mailbox('jim').imapSession()).capability()).not.toContain('STARTTLS')
    expect((await (await mailbox('jim').pop3Session()).capa()).has('STLS')).toBe(false)
    await expect(mailbox('jim').imapSession({ tls: 'starttls' })).rejects.toMatchObject({ code: 'MAILBOX_COMMAND' })
    await expect(mailbox('jim').pop3Session({ tls: 'starttls' })).rejects.toMatchObject({ code: 'MAILBOX_COMMAND' })
    await expect(mailbox('jim').imapSession({ tls: 'implicit' })).rejects.toThrow(
      /^Expected a (?:connection|TLS handshake)/,
    )
    await expect(mailbox('jim').pop3Session({ tls: 'implicit' })).rejects.toThrow(
      /^Expected a (?:connection|TLS handshake)/,
    )
  })
})

describe('~/Maildir', () => {
  const it = rig(
    {
      host: 'mx.example.com',
      local: { accounts: ['jim'], mailboxFormat: 'maildir' },
      store: { localAccounts: true },
    },
    { covers: ['D2', 'D5', 'L7'] },
  )

  it('gives the user what the MTA wrote, and moves what was seen from new/ to cur/', async ({
    smtp,
    mailbox,
    localMailbox,
  }) => {
    const message = await smtp.send({ to: 'jim@mx.example.com' })
    await expect(localMailbox('jim')).toReceive(message)
    const imap = await mailbox('jim').imap()
    const [stored] = await imap.list()
    expect(stored?.messageId).toBe(message.messageId)
    await imap.setFlags(stored ?? [], ['\\Seen'])
    const messages = (await localMailbox('jim').files()).filter(({ path }) => /\/(?:new|cur)\//.test(path))
    expect(messages.map(({ path }) => path)).toEqual([expect.stringMatching(/^\/home\/jim\/Maildir\/cur\/[^/]+:2,S$/)])
    await imap.delete(stored ?? [])
    expect(await localMailbox('jim').list()).toEqual([])
  })
})
