import { expect, rig } from 'mailrig/vitest'
import { describe } from 'vitest'
import { ACCOUNT_SERVERS, accountWork } from './account-server.ts'

describe.each(ACCOUNT_SERVERS)('accounts in %s', (accounts) => {
  const it = rig(
    {
      accounts,
      domains: {
        'example.com': { mailboxes: ['jim', 'petra'], aliases: { sales: 'petra' }, catchAll: 'jim' },
        'example.org': { mailboxes: ['peter'] },
      },
    },
    { covers: ['V1', 'V2', 'V4'] },
  )

  it.for([
    { to: 'petra@example.com', reader: 'petra' },
    { to: 'Sales@example.com', reader: 'petra' },
    { to: 'whoever@example.com', reader: 'jim' },
  ])('delivers $to to $reader and nobody else', async ({ to, reader }, { smtp, mailbox }) => {
    await expect(mailbox(reader)).toReceive(await smtp.send({ to }))
    for (const other of ['jim', 'petra', 'peter'].filter((name) => name !== reader)) {
      await expect(mailbox(other)).toReceiveNothing()
    }
  })

  it('takes a mailbox and an alias as soon as they are there', async ({ smtp, mailbox, rig }) => {
    const work = accountWork(rig)
    await work.addMailbox('lisa@example.org', 'secret')
    await work.addAlias('new@example.org', 'peter@example.org')
    const toLisa = await smtp.send({ to: 'lisa@example.org' })
    await expect(mailbox('lisa@example.org', { password: 'secret' })).toReceive(toLisa)
    await expect(mailbox('peter')).toReceive(await smtp.send({ to: 'new@example.org' }))
  })
})
