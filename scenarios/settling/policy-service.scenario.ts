import { expect, rig } from 'mailrig/vitest'

// Postfix keeps a policy service for as long as it may have another question: it answers, and makes no mail. Only
// Postfix reads the settings; the others have no such service to be waited for.
const POLICY = `#!/bin/sh
while read -r line; do
  [ -n "$line" ] || printf 'action=dunno\\n\\n'
done
`

const it = rig({
  domains: { 'example.com': { mailboxes: ['jim', 'petra'] } },
  local: { files: { '/usr/local/bin/policy': POLICY } },
  native: {
    postfix: {
      'main.cf': {
        smtpd_recipient_restrictions: 'reject_unauth_destination, check_policy_service unix:private/policy',
      },
      'master.cf': ['policy unix - n n - 0 spawn user=nobody argv=/usr/local/bin/policy'],
    },
  },
})

it('is not waited for: nothing came to another mailbox', async ({ smtp, mailbox }) => {
  const session = await smtp.session()
  await session.ehlo('client.example')
  await session.command('MAIL FROM:<marc@client.example>')
  expect(await session.command('RCPT TO:<jim@example.com>')).toReply(250)
  // The session is open, and the service with it.
  await expect(mailbox('petra')).toReceiveNothing()
})
