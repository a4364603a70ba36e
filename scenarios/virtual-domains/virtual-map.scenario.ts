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

it('gives each address to whom the table says, and to nobody else', async ({ smtp, mta, localMailbox }) => {
  const readers = {
    'postmaster@example.com': ['peter'],
    'info@anotherexample.com': ['gerda'],
    'sales@example.com': ['petra'],
    'anything.else@example.com': ['jim'],
  }
  const messages = new Map<string, string>()
  for (const to of Object.keys(readers)) {
    const message = await smtp.send({ to })
    await mta.settled(message)
    messages.set(message.messageId, to)
  }
  const found: Record<string, string[]> = {}
  for (const reader of ['peter', 'gerda', 'petra', 'jim']) {
    for (const { messageId = '' } of await localMailbox(reader).list()) {
      const to = messages.get(messageId)
      if (to !== undefined) found[to] = [...(found[to] ?? []), reader]
    }
  }
  expect(found).toEqual(readers)
})

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
