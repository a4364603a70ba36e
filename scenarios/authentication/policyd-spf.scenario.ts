import { expect, rig } from 'mailrig/vitest'
import { fieldsOf } from '../header-fields.ts'

// policyd-spf as Debian has it, asked at RCPT.
const it = rig(
  {
    domains: { 'example.com': { mailboxes: ['jim'] } },
    trustedNetworks: ['lan'],
    filters: { 'policyd-spf': {} },
    internet: {
      'good.example': { txt: ['v=spf1 a:client.example -all'] },
      'bad.example': { txt: ['v=spf1 -all'] },
      'soft.example': { txt: ['v=spf1 ~all'] },
    },
  },
  { needs: ['policy-services'] },
)

it('takes what the domain allows, and says so', async ({ smtp, mailbox }) => {
  const message = await smtp.send({ from: 'a@good.example', to: 'jim@example.com' })
  const stored = await mailbox('jim').receive(message)
  expect(fieldsOf(await stored.raw(), 'Authentication-Results').join()).toMatch(/spf=pass/i)
})

it('refuses what the domain forbids', async ({ smtp, mailbox, observe }) => {
  const { rejected } = await smtp.send({ from: 'a@bad.example', to: 'jim@example.com', expectRefusal: true })
  observe('policyd-spf refuses', `${rejected[0]?.reply.code} ${rejected[0]?.reply.lines[0]}`)
  expect(rejected[0]?.reply).toReply('550')
  await expect(mailbox('jim')).toReceiveNothing()
})

it('marks what the domain would rather not have', async ({ smtp, mailbox }) => {
  const message = await smtp.send({ from: 'a@soft.example', to: 'jim@example.com' })
  const stored = await mailbox('jim').receive(message)
  expect(fieldsOf(await stored.raw(), 'Authentication-Results').join()).toMatch(/spf=softfail/i)
})

it('does not ask about its own users', async ({ smtp, mailbox }) => {
  const message = await smtp.send({ side: 'lan', from: 'a@bad.example', to: 'jim@example.com' })
  await mailbox('jim').receive(message)
})

it('puts mail off while it is away', async ({ smtp, filterServer }) => {
  await filterServer('policyd-spf').stop()
  const { rejected } = await smtp.send({ from: 'a@good.example', to: 'jim@example.com', expectRefusal: true })
  expect(rejected[0]?.reply).toReply('45x')
})
