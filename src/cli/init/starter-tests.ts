/** The first scenario of a new project; the same text is JavaScript and TypeScript. */
export const SCENARIO = `import { expect, rig } from 'mailrig/vitest'

// The mail world of this file. mailrig starts the servers with it before the first test, and removes them after the last.
const it = rig({
  domains: {
    'example.com': {
      mailboxes: ['jim', 'petra'],
      aliases: { sales: 'petra' },
    },
  },
})

it('delivers mail for an alias to the mailbox behind it, and to no other', async ({ smtp, mailbox }) => {
  const message = await smtp.send({ to: 'sales@example.com' })
  await expect(mailbox('petra')).toReceive(message)
  await expect(mailbox('jim')).toReceiveNothing()
})

it('refuses an unknown user at once', async ({ smtp }) => {
  const session = await smtp.session()
  await session.ehlo('client.example')
  await session.mailFrom('marc@client.example')
  expect(await session.rcptTo('nobody@example.com')).toReply(550)
})
`

/** The first session file: what every server has to refuse. */
export const SESSION_FILE = `---
title: A stranger cannot send mail through this server to another domain
domains: { example.com: { mailboxes: [jim] } }
internet: [elsewhere.example]
---
S: 220
C: EHLO client.example
S: 250
C: MAIL FROM:<marc@client.example>
S: 250
C: RCPT TO:<someone@elsewhere.example>
S: 454|550
C: QUIT
S: 221

upstream: nothing
`
