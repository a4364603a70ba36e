import type { Check } from 'mailrig/check'

export default [
  {
    id: 'mailboxes-are-apart-imap',
    title: 'Mail to one user is read by that user and by no other, by IMAP',
    reason:
      'A wrong home directory or user format puts mail of several people into one mailbox. Nobody sees it until somebody reads what is not theirs.',
    source: 'RFC 9051 6.3.1; Dovecot mail_location, auth_username_format',
    severity: 'fault',
    settings: { dovecot: ['mail_location', 'mail_path', 'auth_username_format', 'userdb'] },
    async run(t) {
      const accounts = [...t.accounts(2), ...t.facts.accounts.filter(t.canLogIn).slice(2, 5)]
      const sent = []
      for (const account of accounts.slice(0, 2)) {
        sent.push({ account, ...(await t.sendAccepted({ to: account.address })) })
      }
      for (const { account, messageId } of sent) {
        await t.received(account, messageId)
        for (const other of accounts.filter((one) => one !== account)) {
          if ((await t.letters(other, messageId)).length > 0)
            t.fault(`mail to ${account.address} is in that mailbox alone`, `it is in the mailbox of ${other.address}`)
        }
      }
    },
  },
  {
    id: 'mailboxes-are-apart-pop3',
    title: 'Mail to one user is read by that user and by no other, by POP3',
    reason: 'POP3 finds the mailbox in its own way. It may read another place than IMAP does.',
    source: 'RFC 1939 4',
    severity: 'fault',
    settings: { dovecot: ['mail_location', 'mail_path', 'auth_username_format'] },
    async run(t) {
      const accounts = t.accounts(2)
      const [account, other] = accounts
      if (!t.subject.endpoint('pop3', t.anySide)) t.place('pop3s')
      const { messageId } = await t.sendAccepted({ to: account.address })
      await t.rested()
      const holds = async (one: typeof account) => {
        const session = await t.privatePop3()
        await session.login(one)
        return (await session.retrieveAll()).some((message) => message.messageId === messageId)
      }
      if (!(await holds(account))) t.fault(`the message is in the maildrop of ${account.address}`, 'it is not')
      if (other && (await holds(other))) t.fault('it is in no other maildrop', `it is in that of ${other.address}`)
    },
  },
] satisfies Check[]
