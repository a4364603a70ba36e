import { expect, rig } from 'mailrig/vitest'

const it = rig(
  {
    domains: {
      'example.com': {
        mailboxes: {
          jim: { quota: { messages: 1 } },
          petra: { quota: { storage: '20K' } },
          gerda: { quota: { messages: 1, full: 'defer' } },
        },
        aliases: { sales: 'jim' },
      },
    },
  },
  { covers: ['Q2'], needs: ['quota-at-rcpt'] },
)

it('refuses at RCPT what a full mailbox could not take, and takes it when there is room again', async ({
  smtp,
  mailbox,
  observe,
}) => {
  const first = await mailbox('jim').receive(await smtp.send({ to: 'jim@example.com' }))
  const session = await smtp.session()
  await session.ehlo()
  await session.mailFrom('marc@client.example')
  const refused = await session.rcptTo('jim@example.com')
  expect(refused).toReply(552)
  observe('RCPT for a mailbox that is full', refused)
  expect(await session.rcptTo('petra@example.com')).toReply(250)
  observe('RCPT for an alias of a mailbox that is full', await session.rcptTo('sales@example.com'))
  expect(await session.rcptTo('nobody@example.com')).toReply(550, /unknown|unrouteable/i)

  await mailbox('jim').delete(first)
  expect(await session.rcptTo('jim@example.com')).toReply(250)
})

it('takes mail for a mailbox that lets the sender wait', async ({ smtp, mailbox, mta }) => {
  const first = await mailbox('gerda').receive(await smtp.send({ to: 'gerda@example.com' }))
  const second = await smtp.send({ to: 'gerda@example.com' })
  await mailbox('gerda').delete(first)
  await mta.flush()
  await expect(mailbox('gerda')).toReceive(second)
})

it('answers to the SIZE of a message larger than the quota', async ({ smtp, observe }) => {
  const session = await smtp.session()
  await session.ehlo()
  await session.mailFrom('marc@client.example', { SIZE: '40000' })
  const reply = await session.rcptTo('petra@example.com')
  observe('RCPT after MAIL with a SIZE larger than the quota', reply)
  expect([250, 552], 'taken for now, or refused at once').toContain(reply.code)
})
