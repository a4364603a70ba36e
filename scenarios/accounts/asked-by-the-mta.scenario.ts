import { expect, rig } from 'mailrig/vitest'
import { describe } from 'vitest'
import { ACCOUNT_SERVERS, ASKS, accountWork } from './account-server.ts'

describe.each(ACCOUNT_SERVERS)('accounts in %s', (accounts) => {
  const it = rig(
    {
      accounts,
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
    { covers: ['V1', 'V2', 'V4'], needs: [ASKS[accounts]] },
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

  it('refuses who is not there, even by a name with characters of the query language', async ({ smtp }) => {
    const session = await smtp.session()
    await session.ehlo()
    await session.mailFrom('marc@client.example')
    for (const name of ['whoever', "o'whoever", '*', 'p*r']) {
      expect(await session.rcptTo(`${name}@example.org`)).toReply(550)
    }
  })

  it('takes a new alias and a new domain as soon as they are there', async ({ smtp, mailbox, rig }) => {
    const work = accountWork(rig)
    await expect(smtp.send({ to: 'new@example.org' })).rejects.toThrow(/550/)
    await work.addAlias('new@example.org', 'peter@example.org')
    await work.addDomain('later.example')
    await work.addMailbox('lisa@later.example', 'secret')
    await expect(mailbox('peter')).toReceive(await smtp.send({ to: 'new@example.org' }))
    const message = await smtp.send({ to: 'lisa@later.example' })
    await expect(mailbox('lisa@later.example', { password: 'secret' })).toReceive(message)
  })

  it('forgets a domain as soon as it is gone', async ({ smtp, mailbox, rig }) => {
    await expect(mailbox('petra')).toReceive(await smtp.send({ to: 'info@leaving.example' }))
    await accountWork(rig).removeDomain('leaving.example')
    const session = await smtp.session()
    await session.ehlo()
    await session.mailFrom('marc@client.example')
    const reply = await session.rcptTo('info@leaving.example')
    expect(reply.code).toBeGreaterThanOrEqual(400)
    expect(reply.text).toMatch(/relay/i)
  })

  it('lets the owner of a mailbox submit mail with the password that is there now', async ({ smtp, rig }) => {
    await accountWork(rig).setPassword('petra@example.com', 'changed, by her')
    const session = await smtp.session({ service: 'submission' })
    await session.ehlo()
    const user = 'petra@example.com'
    expect(await session.auth({ mechanism: 'PLAIN', user, password: 'secret' })).toReply(535)
    expect(await session.auth({ mechanism: 'PLAIN', user, password: 'changed, by her' })).toReply(235)
  })
})
