import { expect, rig } from 'mailrig/vitest'
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
  const it = rig({ ...world, limits: { messageRate: 3 } })

  it('puts off a stranger who sends more, and no client that it trusts', async ({ smtp, observe }) => {
    const session = await smtp.session()
    await session.ehlo()
    const codes: number[] = []
    for (let count = 1; count <= 5; count += 1) {
      const mail = await session.command('MAIL FROM:<marc@client.example>')
      codes.push(mail.code)
      if (mail.code >= 400) observe('a message too many', mail)
      await session.command('RSET')
    }
    expect(codes.filter((code) => code === 250)).toHaveLength(3)
    expect(codes.at(-1)).toBeGreaterThanOrEqual(400)
    const trusted = await smtp.session({ side: 'lan' })
    await trusted.ehlo()
    for (let count = 1; count <= 5; count += 1) {
      expect(await trusted.command('MAIL FROM:<marc@client.example>')).toReply(250)
      await trusted.command('RSET')
    }
  })
})
