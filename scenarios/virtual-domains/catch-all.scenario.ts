import { expect, rig } from 'mailrig/vitest'

const it = rig(
  {
    domains: { 'company.example': { mailboxes: ['peter', 'gerda', 'petra', 'jim'] } },
    virtualAliasDomains: {
      'example.com': {
        aliases: { postmaster: 'peter@company.example', sales: 'petra@company.example' },
        catchAll: 'jim@company.example',
      },
      'another.example': { aliases: { info: 'gerda@company.example' } },
    },
  },
  { covers: ['V1', 'V2', 'S161', 'S174', 'S176'] },
)

it.for([
  { to: 'postmaster@example.com', reader: 'peter' },
  { to: 'sales@example.com', reader: 'petra' },
  { to: 'info@another.example', reader: 'gerda' },
])('delivers $to to $reader and nobody else', async ({ to, reader }, { smtp, mailbox }) => {
  const message = await smtp.send({ to })
  await expect(mailbox(reader)).toReceive(message)
  if (reader !== 'jim') await expect(mailbox('jim')).toReceiveNothing()
})

it('gives every other address of the domain to the catch-all', async ({ smtp, mailbox }) => {
  const message = await smtp.send({ to: 'whoever@example.com' })
  await expect(mailbox('jim')).toReceive(message)
})

it('has no catch-all where none is declared', async ({ smtp }) => {
  const session = await smtp.session()
  await session.ehlo()
  await session.mailFrom('marc@client.example')
  expect(await session.rcptTo('whoever@another.example')).toReply(550)
})
