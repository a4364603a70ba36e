import { expect, rig } from 'mailrig/vitest'
import { describe } from 'vitest'
import { ACCOUNT_SERVERS, accountWork } from './account-server.ts'

/** A local part may be made of all these (RFC 5321 §4.1.2). */
const STRANGE = "o'b=r{n}*x"
const FILES = 'require ["fileinto", "mailbox"]; fileinto :create "Strange";'

describe.each(ACCOUNT_SERVERS)('accounts in %s', (accounts) => {
  const it = rig(
    {
      accounts,
      domains: {
        'example.com': {
          mailboxes: { jim: { password: "it's \\ {secret}" }, petra: {}, gerda: {}, [STRANGE]: { sieve: FILES } },
        },
      },
    },
    { covers: ['V4', 'D2', 'Q1'] },
  )

  it('delivers to a mailbox of the server, and lets its owner in by IMAP and POP3', async ({ smtp, mailbox }) => {
    const message = await smtp.send({ to: 'Jim@example.com' })
    await expect(mailbox('jim')).toReceive(message)
    const pop3 = await mailbox('jim').pop3()
    expect(await pop3.retr(1)).toEqual(expect.bufferContaining(message.messageId))
    await expect(mailbox('jim').imap({ password: 'wrong' })).rejects.toThrow(/authentication failed/i)
  })

  it('delivers to a mailbox as soon as it is there', async ({ smtp, mailbox, rig }) => {
    await accountWork(rig).addMailbox('lisa@example.com', 'new here')
    const message = await smtp.send({ to: 'lisa@example.com' })
    await expect(mailbox('lisa@example.com', { password: 'new here' })).toReceive(message)
  })

  it('asks for the password that is there now', async ({ mailbox, rig }) => {
    await accountWork(rig).setPassword('petra@example.com', 'changed')
    await expect(mailbox('petra').imap()).rejects.toThrow(/authentication failed/i)
    const imap = await mailbox('petra').imap({ password: 'changed' })
    expect(await imap.list()).toEqual([])
  })

  it('delivers to a mailbox with a strange name, by its own Sieve script', async ({ smtp, mailbox }) => {
    const message = await smtp.send({ to: `${STRANGE}@example.com` })
    await expect(mailbox(`${STRANGE}@example.com`).folder('Strange')).toReceive(message)
  })

  it('holds a mailbox to its quota', async ({ smtp, mailbox, rig, upstream }) => {
    await accountWork(rig).setQuota('gerda@example.com', 1)
    const first = await smtp.send({ to: 'gerda@example.com' })
    await expect(mailbox('gerda')).toReceive(first)
    await smtp.send({ to: 'gerda@example.com', from: 'marc@client.example' })
    await expect(upstream).toHaveRelayed({ from: '', to: 'marc@client.example' })
    expect(await mailbox('gerda').list()).toHaveLength(1)
  })
})
