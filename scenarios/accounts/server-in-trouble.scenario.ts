import { randomUUID } from 'node:crypto'
import { expect, patience, type RigFixtures, rig } from 'mailrig/vitest'
import { describe } from 'vitest'
import { ACCOUNT_SERVERS, ASKS, accountWork } from './account-server.ts'

describe.each(ACCOUNT_SERVERS)('accounts in %s', (accounts) => {
  const it = rig({ accounts, domains: { 'example.com': { mailboxes: ['tom', 'petra'] } } }, { covers: ['V4', 'D2'] })

  /** Who asks the server puts the recipient off; who leaves that to the mail store has to wait with the message. */
  function expectPutOff(mta: RigFixtures['mta'], reply: Awaited<ReturnType<typeof namedTom>>['reply']): void {
    if (mta.supports(ASKS[accounts]) === true) expect(reply).toReply('4xx')
    else expect(reply.code).toBeLessThan(500)
  }

  it('neither loses nor bounces mail while the server is stopped', { timeout: patience(60_000) }, async ({
    smtp,
    mailbox,
    mta,
    rig,
    upstream,
  }) => {
    // Of a lookup in MariaDB that a reload interrupts, Dovecot 2.3 says that there is no such user: whose MTA leaves the
    // lookup to it may have the message back.
    if (accounts === 'mariadb') mta.requires('sql-tables')
    await expect(mailbox('tom')).toReceive(await smtp.send({ to: 'tom@example.com' }))
    const { session, reply: taken } = await namedTom(smtp)
    expect(taken).toReply(250)
    // cleanup(8) of Postfix looks the recipient up behind the reply.
    await mta.settled({ queueIds: [] })
    await rig.accountServer?.stop()

    const login = triedLogin(mailbox('petra').imap())
    const { session: late, reply } = await namedTom(smtp)
    expectPutOff(mta, reply)
    await late.command('RSET')
    const messageId = `${randomUUID()}@client.example`
    const header = [
      `Message-ID: <${messageId}>`,
      'From: <marc@client.example>',
      'To: <tom@example.com>',
      'Subject: Held',
    ]
    expect(await session.data([...header, '', 'Held.', ''].join('\r\n'))).toReply(250)
    expect(await mta.queue()).toHaveLength(1)

    expect(login.letIn).toBe(false)
    await rig.accountServer?.start()
    // Postfix leaves a server that failed alone for a minute (pgsql_table(5)); Dovecot waits longer after each try.
    await Promise.all([mta.reload(), rig.store.exec(['doveadm', 'reload'])])
    await expect(mailbox('tom')).toReceive({ messageId }, { timeoutMs: patience(40_000) })
    await expect(mailbox('tom')).toReceive(await smtp.send({ to: 'tom@example.com' }))
    await expect(upstream).toHaveRelayedNothing()
  })

  it('waits for a server that is slow, and delivers then', { timeout: patience(60_000) }, async ({
    smtp,
    mailbox,
    mta,
    rig,
    upstream,
  }) => {
    await mailbox('tom').list()
    await rig.accountServer?.pause()
    let answered = false
    const sent = smtp.send({ to: 'tom@example.com' }).finally(() => {
      answered = true
    })
    const login = mailbox('petra').imap()
    // By then the MTA has asked: it has greeted somebody who came later.
    await (await smtp.session()).ehlo()
    if (mta.supports(ASKS[accounts]) === true) expect(answered).toBe(false)
    await rig.accountServer?.resume()
    await login
    await expect(mailbox('tom')).toReceive(await sent)
    await expect(upstream).toHaveRelayedNothing()
  })

  it('puts mail off while the server refuses the password of the mail servers', { timeout: patience(60_000) }, async ({
    smtp,
    mailbox,
    mta,
    rig,
    upstream,
  }) => {
    const work = accountWork(rig)
    await work.lockOut()
    const login = triedLogin(mailbox('petra').imap())
    const { reply } = await namedTom(smtp)
    expectPutOff(mta, reply)
    expect(login.letIn).toBe(false)
    await work.letIn()
    await Promise.all([mta.reload(), rig.store.exec(['doveadm', 'reload'])])
    await expect(mailbox('tom')).toReceive(await smtp.send({ to: 'tom@example.com' }))
    await expect(upstream).toHaveRelayedNothing()
  })
})

/** A session in which tom was named as recipient, and what that was answered. */
async function namedTom(smtp: RigFixtures['smtp']) {
  const session = await smtp.session()
  await session.ehlo()
  await session.mailFrom('marc@client.example')
  return { session, reply: await session.rcptTo('tom@example.com') }
}

/** A login that is not waited for: with MariaDB away, Dovecot takes a minute to say that it does not know. */
function triedLogin(login: Promise<unknown>): { letIn: boolean } {
  const tried = { letIn: false }
  login.then(
    () => {
      tried.letIn = true
    },
    () => undefined,
  )
  return tried
}
