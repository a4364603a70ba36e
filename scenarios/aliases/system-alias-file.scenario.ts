import { expect, rig } from 'mailrig/vitest'

const it = rig(
  {
    host: 'mx.example.com',
    local: {
      accounts: ['jim', 'petra', 'gerda'],
      aliases: {
        sales: 'petra',
        team: ['jim', 'petra'],
        staff: ['team', 'gerda'],
        friends: ':include:/etc/lists/friends',
        tickets: '|/usr/local/bin/file-ticket urgent',
        archive: '/var/mail/archive',
        outside: 'someone@elsewhere.example',
        root: 'jim',
      },
      files: {
        '/etc/lists/friends': '# people who like mail\npetra\ngerda\n',
        '/usr/local/bin/file-ticket': '#!/bin/sh\ncat > "/tmp/ticket-$1"\n',
      },
    },
    internet: ['elsewhere.example'],
  },
  { covers: ['L1', 'S9', 'S23'] },
)

it('leads each name to whom the alias file says, and to nobody else', async ({ smtp, mta, localMailbox }) => {
  const readers = {
    sales: ['petra'],
    team: ['jim', 'petra'],
    // An alias of an alias.
    staff: ['jim', 'petra', 'gerda'],
    // The lines of a file.
    friends: ['petra', 'gerda'],
    root: ['jim'],
    // Leads to root where the alias file does not say otherwise.
    postmaster: ['jim'],
  }
  const messages = new Map<string, string>()
  for (const alias of Object.keys(readers)) {
    const message = await smtp.send({ to: `${alias}@mx.example.com` })
    await mta.settled(message)
    messages.set(message.messageId, alias)
  }
  const found: Record<string, string[]> = {}
  for (const reader of ['jim', 'petra', 'gerda']) {
    for (const { messageId = '' } of await localMailbox(reader).list()) {
      const alias = messages.get(messageId)
      if (alias !== undefined) found[alias] = [...(found[alias] ?? []), reader]
    }
  }
  expect(found).toEqual(readers)
})

it('takes mail for postmaster without a domain, RFC 5321 §4.5.1', async ({ smtp, localMailbox, mta }) => {
  const session = await smtp.session()
  await session.ehlo()
  await session.mailFrom('marc@client.example')
  expect(await session.command('RCPT TO:<Postmaster>')).toReply(250)
  const accepted = await session.data('Message-ID: <to-postmaster@client.example>\r\nSubject: hello\r\n\r\nhello\r\n')
  expect(accepted).toReply(250)
  const queueId = mta.queueIdIn(accepted)
  expect(queueId).toBeDefined()
  await expect(localMailbox('jim')).toReceive({ messageId: 'to-postmaster@client.example' })
})

it('hands the message to a command, with its arguments', async ({ smtp, mta }) => {
  const message = await smtp.send({ to: 'tickets@mx.example.com' })
  await mta.settled(message)
  const [ticket] = await mta.read('/tmp/ticket-urgent')
  expect(ticket?.content).toEqual(expect.bufferContaining(message.messageId))
})

it('appends the message to a file, after those that are there', async ({ smtp, mta }) => {
  const first = await smtp.send({ to: 'archive@mx.example.com' })
  await mta.settled(first)
  const second = await smtp.send({ to: 'archive@mx.example.com' })
  await mta.settled(second)
  const [archive] = await mta.read('/var/mail/archive')
  const text = archive?.content.toString('latin1') ?? ''
  const places = [first, second].map(({ messageId }) => text.indexOf(messageId))
  expect(places[0]).toBeGreaterThan(0)
  expect(places[1]).toBeGreaterThan(places[0] ?? 0)
})

it('sends mail for an alias to an address elsewhere', async ({ smtp, upstream }) => {
  const message = await smtp.send({ to: 'outside@mx.example.com' })
  expect((await upstream.next({ messageId: message.messageId })).to).toEqual(['someone@elsewhere.example'])
})

it('refuses a name that is neither user nor alias', async ({ smtp }) => {
  const session = await smtp.session()
  await session.ehlo()
  await session.mailFrom('marc@client.example')
  expect(await session.rcptTo('nobody.here@mx.example.com')).toReply(550)
})
