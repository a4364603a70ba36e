import { expect, type RigFixtures, rig } from 'mailrig/vitest'
import { describe } from 'vitest'

const world = {
  host: 'mx.example.com',
  domains: { 'example.com': { mailboxes: ['jim'] } },
  trustedNetworks: ['lan'],
  internet: ['elsewhere.example'],
}

/** What RCPT is answered after this name was given. */
async function rcptAfter(smtp: RigFixtures['smtp'], name: string, side: 'lan' | 'internet' = 'internet') {
  const session = await smtp.session({ side })
  await session.command(`EHLO ${name}`)
  await session.command('MAIL FROM:<marc@client.example>')
  return session.command('RCPT TO:<jim@example.com>')
}

describe('names with a dot that are not the server’s own', () => {
  const it = rig({ ...world, heloChecks: ['fqdn', 'not-ours'] })

  it.for(['client.example', '[192.0.2.7]', 'no-such-name.example'])('takes %s', async (name, { smtp }) => {
    expect(await rcptAfter(smtp, name)).toReply(250)
  })

  it.for(['client', 'mx.example.com', 'example.com'])(
    'refuses a stranger who says %s',
    async (name, { smtp, observe }) => {
      const refused = await rcptAfter(smtp, name)
      expect(refused).toReply('5xx')
      observe(`HELO ${name}`, refused)
    },
  )

  it('does not ask a client that it trusts', async ({ smtp }) => {
    expect(await rcptAfter(smtp, 'client', 'lan')).toReply(250)
  })

  it('does not ask a user who has logged in', async ({ smtp, mailbox }) => {
    const auth = { user: 'jim@example.com', password: 'secret' }
    const message = await smtp.send({
      service: 'submissions',
      helo: 'laptop',
      auth,
      from: auth.user,
      to: 'jim@example.com',
    })
    await expect(mailbox('jim')).toReceive(message)
  })
})

describe('names that DNS knows', () => {
  const it = rig({ ...world, heloChecks: ['resolvable'] })

  it('takes one that it knows', async ({ smtp }) => {
    expect(await rcptAfter(smtp, 'client.example')).toReply(250)
  })

  it('refuses one that does not exist', async ({ smtp, observe }) => {
    const refused = await rcptAfter(smtp, 'no-such-name.example')
    expect(refused).toReply('450|5xx')
    observe('HELO with a name that DNS does not know', refused)
  })
})
