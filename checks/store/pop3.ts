import type { Check } from 'mailrig/check'

export default {
  id: 'pop3-deletes-at-quit-alone',
  title: 'POP3 deletes a message at QUIT, and not where the client breaks off',
  reason: 'A program that is cut off has not read all of its mail. What it had marked must still be there.',
  source: 'RFC 1939 5, 6',
  severity: 'risk',
  async run(t) {
    // The last: the fewest other checks look into that maildrop.
    const account = t.facts.accounts.filter(t.canLogIn).at(-1) ?? t.account
    if (!t.subject.endpoint('pop3', t.anySide)) t.place('pop3s')
    const { messageId } = await t.sendAccepted({ to: account.address, text: 'Hello.\n' })
    await t.rested()
    const mark = async () => {
      const session = await t.privatePop3()
      await session.login(account)
      const message = (await session.retrieveAll()).find((one) => one.messageId === messageId)
      if (message) await session.dele(message.uid)
      return { session, found: message !== undefined }
    }
    const first = await mark()
    if (!first.found) t.fault('the message is in the maildrop', 'it is not')
    first.session.destroy()
    const second = await mark()
    if (!second.found) t.fault('the message is still there after the client broke off', 'it is deleted')
    await second.session.quit()
    const third = await mark()
    if (third.found) t.fault('the message is gone after DELE and QUIT', 'it is still there')
  },
  alone: true,
} satisfies Check
