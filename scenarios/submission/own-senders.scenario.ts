import { expect, type RigFixtures, rig } from 'mailrig/vitest'

const it = rig(
  {
    domains: {
      'example.com': { mailboxes: ['jim', 'petra'], aliases: { sales: ['jim', 'petra'], office: 'petra' } },
    },
    submission: { senders: 'own' },
    internet: ['elsewhere.example'],
  },
  { needs: ['inbound-tls'] },
)

const jim = { user: 'jim@example.com', password: 'secret' }

/** What MAIL, or else RCPT, is answered. */
async function writeAs(smtp: RigFixtures['smtp'], from: string) {
  const session = await smtp.session({ service: 'submissions' })
  await session.ehlo()
  expect(await session.auth(jim)).toReply(235)
  const mail = await session.command(`MAIL FROM:<${from}>`)
  return mail.code === 250 ? session.command('RCPT TO:<someone@elsewhere.example>') : mail
}

it.for(['jim@example.com', 'JIM@example.com', 'sales@example.com'])(
  'lets a user write as %s, which is his own',
  async (from, { smtp }) => {
    expect(await writeAs(smtp, from)).toReply(250)
  },
)

it.for(['petra@example.com', 'office@example.com', 'nobody@example.com', 'jim@elsewhere.example'])(
  'does not let him write as %s',
  async (from, { smtp, observe }) => {
    const refused = await writeAs(smtp, from)
    expect(refused).toReply('5xx')
    observe('a sender that is not the user’s own', refused)
  },
)

it('takes mail from the same addresses by strangers, who have not logged in', async ({ smtp, mailbox }) => {
  const message = await smtp.send({ from: 'someone@elsewhere.example', to: 'jim@example.com' })
  await expect(mailbox('jim')).toReceive(message)
})
