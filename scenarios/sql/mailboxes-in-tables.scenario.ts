import { randomUUID } from 'node:crypto'
import { expect, patience, rig } from 'mailrig/vitest'

const it = rig(
  {
    accounts: 'postgresql',
    domains: { 'example.com': { mailboxes: { jim: { password: "it's \\ {secret}" }, petra: {}, gerda: {}, tom: {} } } },
  },
  { covers: ['V4', 'D2', 'Q1'] },
)

it('delivers to a mailbox that is a row, and lets its owner in by IMAP and POP3', async ({ smtp, mailbox }) => {
  const message = await smtp.send({ to: 'Jim@example.com' })
  await expect(mailbox('jim')).toReceive(message)
  const pop3 = await mailbox('jim').pop3()
  expect(await pop3.retr(1)).toEqual(expect.bufferContaining(message.messageId))
  await expect(mailbox('jim').imap({ password: 'wrong' })).rejects.toThrow(/authentication failed/i)
})

it('delivers to a mailbox as soon as its row is there', async ({ smtp, mailbox, database }) => {
  await database.query("INSERT INTO mailboxes (local_part, domain, password) VALUES ($1, 'example.com', $2)", [
    'lisa',
    'new here',
  ])
  const message = await smtp.send({ to: 'lisa@example.com' })
  await expect(mailbox('lisa@example.com', { password: 'new here' })).toReceive(message)
})

it('asks for the password that is in the row now', async ({ mailbox, database }) => {
  await database.query("UPDATE mailboxes SET password = 'changed' WHERE address = 'petra@example.com'")
  await expect(mailbox('petra').imap()).rejects.toThrow(/authentication failed/i)
  const imap = await mailbox('petra').imap({ password: 'changed' })
  expect(await imap.list()).toEqual([])
})

it('holds a mailbox to the quota in its row', async ({ smtp, mailbox, database, upstream }) => {
  await database.query("UPDATE mailboxes SET quota_messages = 1 WHERE address = 'gerda@example.com'")
  const first = await smtp.send({ to: 'gerda@example.com' })
  await expect(mailbox('gerda')).toReceive(first)
  await smtp.send({ to: 'gerda@example.com', from: 'marc@client.example' })
  await expect(upstream).toHaveRelayed({ from: '', to: 'marc@client.example' })
  expect(await mailbox('gerda').list()).toHaveLength(1)
})

it('neither loses nor bounces mail while the database is stopped', { timeout: patience(60_000) }, async ({
  smtp,
  mailbox,
  database,
  mta,
  rig,
  upstream,
}) => {
  await mailbox('tom').list()
  const session = await smtp.session()
  await session.ehlo()
  await session.mailFrom('marc@client.example')
  expect(await session.rcptTo('tom@example.com')).toReply(250)
  await database.stop()

  await expect(mailbox('petra').imap()).rejects.toThrow(/temporary authentication failure/i)
  const late = await smtp.session()
  await late.ehlo()
  await late.mailFrom('marc@client.example')
  // Who asks the tables puts the recipient off; who leaves that to the mail store has to wait with the message.
  expect(await late.rcptTo('tom@example.com')).toReply(mta.supports('sql-tables') === true ? '4xx' : '2xx')
  await late.command('RSET')
  const messageId = `${randomUUID()}@client.example`
  const header = [`Message-ID: <${messageId}>`, 'From: <marc@client.example>', 'To: <tom@example.com>', 'Subject: Held']
  expect(await session.data([...header, '', 'Held.', ''].join('\r\n'))).toReply(250)
  expect(await mta.queue()).toHaveLength(1)

  await database.start()
  // Postfix leaves a database that failed alone for a minute (pgsql_table(5)); Dovecot waits longer after each try.
  await Promise.all([mta.reload(), rig.store.exec(['doveadm', 'reload'])])
  await expect(mailbox('tom')).toReceive({ messageId }, { timeoutMs: patience(40_000) })
  await expect(mailbox('tom')).toReceive(await smtp.send({ to: 'tom@example.com' }))
  await expect(upstream).toHaveRelayedNothing()
})
