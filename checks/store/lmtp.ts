import type { Check } from 'mailrig/check'

export default {
  id: 'lmtp-answers-each-recipient',
  title: 'LMTP answers for each recipient, and refuses unknown ones',
  reason:
    'The mail server relies on one reply for each recipient. A store that takes unknown names loses their mail without a word.',
  source: 'RFC 2033 4.2',
  severity: 'fault',
  settings: { dovecot: ['lmtp_save_to_detail_mailbox', 'userdb'] },
  async run(t) {
    const account = t.account
    const session = await t.lmtp()
    const { reply } = await session.ehlo()
    t.replied(reply, 250, 'LHLO')
    t.replied(await session.mailFrom('marc@client.example'), 250, 'MAIL')
    t.replied(await session.rcptTo(`${t.token}@${account.address.split('@')[1]}`), 5, 'RCPT of an unknown user')
    t.replied(await session.rcptTo(account.address), 250, 'RCPT of a known user')
    const replies = await session.dataLmtp(
      `From: <marc@client.example>\r\nMessage-ID: <${t.token}@mailrig.example>\r\n\r\nHello.\r\n`,
    )
    if (replies.length !== 1 || replies[0]?.code !== 250)
      t.fault('one 250, for the one recipient', replies.map(({ code }) => code).join(', '))
    if ((await t.letters(account, `${t.token}@mailrig.example`)).length !== 1)
      t.fault('the message is in the mailbox', 'it is not')
  },
} satisfies Check
