import { expect, rig } from 'mailrig/vitest'

const it = rig(
  {
    accounts: 'postgresql',
    domains: {
      'example.com': {
        mailboxes: ['jim', 'petra', 'gerda'],
        aliases: { team: ['jim', 'petra'], 'sales+eu': 'petra' },
        catchAll: 'gerda',
      },
      'example.org': { mailboxes: ['peter'] },
    },
    virtualAliasDomains: {
      'example.net': { aliases: { info: 'petra@example.com' }, catchAll: 'peter@example.org' },
      'leaving.example': { aliases: { info: 'petra@example.com' } },
    },
  },
  { covers: ['V1', 'V2', 'V4'], needs: ['sql-tables'] },
)

it.for([
  { to: 'jim@example.com', readers: ['jim'] },
  { to: 'JIM+list@example.com', readers: ['jim'] },
  { to: 'team@example.com', readers: ['jim', 'petra'] },
  { to: 'sales+eu@example.com', readers: ['petra'] },
  { to: 'whoever@example.com', readers: ['gerda'] },
  { to: 'info@example.net', readers: ['petra'] },
  { to: 'whoever@example.net', readers: ['peter'] },
])('delivers $to to $readers and nobody else', async ({ to, readers }, { smtp, mailbox }) => {
  const message = await smtp.send({ to })
  for (const reader of readers) await expect(mailbox(reader)).toReceive(message)
  const others = ['jim', 'petra', 'gerda', 'peter'].filter((name) => !readers.includes(name))
  for (const other of others) await expect(mailbox(other)).toReceiveNothing()
})

it('refuses whom no row names', async ({ smtp }) => {
  const session = await smtp.session()
  await session.ehlo()
  await session.mailFrom('marc@client.example')
  expect(await session.rcptTo('whoever@example.org')).toReply(550)
  expect(await session.rcptTo("o'whoever@example.org")).toReply(550)
})

it('takes a new alias and a new domain as soon as their rows are there', async ({ smtp, mailbox, database }) => {
  await expect(smtp.send({ to: 'new@example.org' })).rejects.toThrow(/550/)
  await database.query(`
    INSERT INTO aliases (local_part, domain, destination) VALUES ('new', 'example.org', 'peter@example.org');
    INSERT INTO domains (name) VALUES ('later.example');
    INSERT INTO mailboxes (local_part, domain, password) VALUES ('lisa', 'later.example', 'secret');
  `)
  await expect(mailbox('peter')).toReceive(await smtp.send({ to: 'new@example.org' }))
  const message = await smtp.send({ to: 'lisa@later.example' })
  await expect(mailbox('lisa@later.example', { password: 'secret' })).toReceive(message)
})

it('forgets a domain as soon as its row is gone', async ({ smtp, mailbox, database }) => {
  await expect(mailbox('petra')).toReceive(await smtp.send({ to: 'info@leaving.example' }))
  await database.query("DELETE FROM domains WHERE name = 'leaving.example'")
  const session = await smtp.session()
  await session.ehlo()
  await session.mailFrom('marc@client.example')
  const reply = await session.rcptTo('info@leaving.example')
  expect(reply.code).toBeGreaterThanOrEqual(400)
  expect(reply.text).toMatch(/relay/i)
})

it('lets the owner of a mailbox submit mail with the password of the row', async ({ smtp, database }) => {
  await database.query("UPDATE mailboxes SET password = 'changed' WHERE address = 'petra@example.com'")
  const session = await smtp.session({ service: 'submission' })
  await session.ehlo()
  expect(await session.auth({ mechanism: 'PLAIN', user: 'petra@example.com', password: 'secret' })).toReply(535)
  expect(await session.auth({ mechanism: 'PLAIN', user: 'petra@example.com', password: 'changed' })).toReply(235)
})
