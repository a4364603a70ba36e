import { expect, rig } from 'mailrig/vitest'

// The table of LPIC-2 211: two domains whose addresses lead to Unix accounts of a host in a third.
const HOST = 'mx1.unix.example'
const it = rig(
  {
    host: HOST,
    local: { accounts: ['peter', 'gerda', 'petra', 'jim'] },
    virtualAliasDomains: {
      'example.com': {
        aliases: {
          postmaster: `peter@${HOST}`,
          sales: `petra@${HOST}`,
          board: [`peter@${HOST}`, `gerda@${HOST}`, 'adviser@elsewhere.example'],
        },
        catchAll: `jim@${HOST}`,
      },
      'anotherexample.com': { aliases: { info: `gerda@${HOST}` } },
    },
    internet: ['elsewhere.example'],
  },
  { covers: ['V1', 'V2', 'S161', 'S163', 'S171', 'S172', 'S173', 'S174', 'S176'] },
)

it.for([
  { to: 'postmaster@example.com', reader: 'peter', others: ['gerda', 'petra', 'jim'] },
  { to: 'info@anotherexample.com', reader: 'gerda', others: ['peter', 'petra', 'jim'] },
  { to: 'sales@example.com', reader: 'petra', others: ['peter', 'gerda', 'jim'] },
  { to: 'anything.else@example.com', reader: 'jim', others: ['peter', 'gerda', 'petra'] },
])(
  'gives $to to the Unix account $reader, and to nobody else',
  async ({ to, reader, others }, { smtp, localMailbox }) => {
    const message = await smtp.send({ to })
    await expect(localMailbox(reader)).toReceive(message)
    for (const other of others) await expect(localMailbox(other)).toReceiveNothing()
  },
)

it('refuses what the domain without a catch-all does not know', async ({ smtp }) => {
  const session = await smtp.session()
  await session.ehlo()
  await session.mailFrom('marc@client.example')
  expect(await session.rcptTo('sales@anotherexample.com')).toReply(550)
})

it('sends an address with several recipients to each of them, here and elsewhere', async ({
  smtp,
  localMailbox,
  upstream,
}) => {
  const message = await smtp.send({ to: 'board@example.com' })
  await expect(localMailbox('peter')).toReceive(message)
  await expect(localMailbox('gerda')).toReceive(message)
  const { to } = await upstream.next({ messageId: message.messageId })
  expect(to).toEqual(['adviser@elsewhere.example'])
  await expect(localMailbox('jim')).toReceiveNothing()
})

it('keeps in the header the address that was written to', async ({ smtp, localMailbox }) => {
  const stored = await localMailbox('petra').receive(await smtp.send({ to: 'sales@example.com' }))
  expect(stored.to).toEqual(['sales@example.com'])
})
