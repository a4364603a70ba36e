import { expect, type RigFixtures, rig } from 'mailrig/vitest'
import { describe } from 'vitest'

const world = {
  domains: { 'example.com': { mailboxes: ['jim', 'petra', 'gerda'] } },
  trustedNetworks: ['lan'],
}

describe('recipients of a message', () => {
  const it = rig({ ...world, limits: { recipients: 2 } })

  it('puts off those that are too many, and delivers to the others', async ({ smtp, mailbox, observe }) => {
    const message = await smtp.send({ to: ['jim@example.com', 'petra@example.com', 'gerda@example.com'] })
    expect(message.rejected.map(({ address }) => address)).toEqual(['gerda@example.com'])
    expect(message.rejected[0]?.reply, 'RFC 5321 §4.5.3.1.10').toReply('45x')
    observe('a recipient too many', message.rejected[0]?.reply ?? 'none')
    await expect(mailbox('jim')).toReceive(message)
    await expect(mailbox('petra')).toReceive(message)
  })
})

describe('connections at a time', () => {
  const it = rig({ ...world, limits: { connections: 2 } })

  it('refuses the third of a stranger, and takes one again when another has ended', async ({ smtp, observe }) => {
    const first = await smtp.session()
    const second = await smtp.session()
    expect([first.greeting.code, second.greeting.code]).toEqual([220, 220])
    const third = await smtp.session({ awaitGreeting: false })
    const refused = await third.reply()
    expect(refused).toReply('4xx')
    observe('a connection too many', refused)
    await first.quit()
    await expect
      .poll(
        async () => {
          const again = await smtp.session({ awaitGreeting: false })
          const { code } = await again.reply()
          again.destroy()
          return code
        },
        { interval: 20, timeout: 60_000 },
      )
      .toBe(220)
  })

  it('counts none of a client that it trusts', async ({ smtp }) => {
    for (let count = 1; count <= 4; count += 1) {
      expect((await smtp.session({ side: 'lan' })).greeting).toReply(220)
    }
  })
})

describe('messages a minute', () => {
  const it = rig({ ...world, limits: { messageRate: 3 }, clients: ['mail.other.example'] })

  /** What MAIL is answered, so many times. */
  async function codesOf(
    smtp: RigFixtures['smtp'],
    from: Parameters<RigFixtures['smtp']['session']>[0],
    times: number,
  ) {
    const session = await smtp.session(from)
    await session.ehlo()
    const replies = []
    for (let count = 1; count <= times; count += 1) {
      replies.push(await session.command('MAIL FROM:<marc@client.example>'))
      await session.command('RSET')
    }
    return replies
  }

  it('puts off a stranger who sends more, and no client that it trusts', async ({ smtp, observe }) => {
    const replies = await codesOf(smtp, {}, 5)
    expect(replies.map(({ code }) => code < 400)).toEqual([true, true, true, false, false])
    for (const refused of replies.slice(3)) observe('a message too many', refused)
    for (const reply of await codesOf(smtp, { side: 'lan' }, 5)) expect(reply).toReply(250)
  })

  it('counts each client on its own', async ({ smtp }) => {
    for (const reply of await codesOf(smtp, { client: 'mail.other.example' }, 3)) expect(reply).toReply(250)
  })
})
