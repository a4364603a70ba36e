import { expect, type RigFixtures, rig } from 'mailrig/vitest'
import { describe } from 'vitest'

/**
 * One delivery after the other, and all before the mailbox is read: Exim waits three seconds for a mailbox that another
 * delivery has locked, and procmail, which delivers for sendmail, a second for one that was read just now.
 */
async function sendInTurn(recipients: string[], smtp: RigFixtures['smtp'], mta: RigFixtures['mta']) {
  const messages = []
  for (const to of recipients) {
    const message = await smtp.send({ to })
    await mta.settled(message)
    messages.push(message)
  }
  return messages
}

describe('with + between user and detail', () => {
  const it = rig(
    {
      host: 'mx.example.com',
      domains: { 'example.com': { mailboxes: ['jim'], aliases: { sales: 'jim' } } },
      local: { accounts: ['petra', 'gerda'], aliases: { orders: 'gerda' } },
    },
    { covers: ['L5'] },
  )

  it('delivers to a mailbox whatever the detail and the letter case', async ({ smtp, mailbox }) => {
    const spellings = ['jim+lists@example.com', 'JIM@example.com', 'Jim+Lists@EXAMPLE.COM']
    const messages = await Promise.all(spellings.map((to) => smtp.send({ to })))
    for (const message of messages) await expect(mailbox('jim')).toReceive(message)
  })

  it('finds an alias whatever the detail and the letter case', async ({ smtp, mailbox }) => {
    const spellings = ['sales+spring@example.com', 'SALES@example.com', 'Sales+Spring@EXAMPLE.COM']
    const messages = await Promise.all(spellings.map((to) => smtp.send({ to })))
    for (const message of messages) await expect(mailbox('jim')).toReceive(message)
  })

  it('delivers to a Unix account whatever the detail and the letter case', async ({ smtp, mta, localMailbox }) => {
    const spellings = ['petra+lists@mx.example.com', 'PETRA@mx.example.com', 'Petra+Lists@MX.EXAMPLE.COM']
    for (const message of await sendInTurn(spellings, smtp, mta)) await expect(localMailbox('petra')).toReceive(message)
  })

  it('finds a system alias whatever the detail and the letter case', async ({ smtp, mta, localMailbox }) => {
    const spellings = ['orders+spring@mx.example.com', 'ORDERS@mx.example.com', 'Orders+Spring@MX.EXAMPLE.COM']
    for (const message of await sendInTurn(spellings, smtp, mta)) await expect(localMailbox('gerda')).toReceive(message)
  })

  it.for(['stranger+jim@example.com', 'stranger+petra@mx.example.com'])(
    'refuses %s: what counts stands before the +',
    async (to, { smtp }) => {
      const session = await smtp.session()
      await session.ehlo()
      await session.mailFrom('marc@client.example')
      expect(await session.rcptTo(to)).toReply(550)
    },
  )
})

describe('without a delimiter', () => {
  const it = rig(
    {
      host: 'mx.example.com',
      domains: { 'example.com': { mailboxes: ['jim'] } },
      local: { accounts: ['petra'] },
      recipientDelimiter: null,
    },
    { covers: ['L5'] },
  )

  it.for(['jim+lists@example.com', 'petra+lists@mx.example.com'])('refuses %s', async (to, { smtp }) => {
    const session = await smtp.session()
    await session.ehlo()
    await session.mailFrom('marc@client.example')
    expect(await session.rcptTo(to)).toReply(550)
  })
})
