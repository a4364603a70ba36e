import { expect, rig } from 'mailrig/vitest'

const it = rig({ domains: { 'example.com': { mailboxes: { jim: { password: 'correct horse' }, petra: {} } } } })

it('is read by IMAP', async ({ smtp, mailbox }) => {
  const message = await smtp.send({ to: 'jim@example.com', subject: 'By IMAP' })
  const stored = await mailbox('jim').receive(message)
  expect((await stored.parsed()).subject).toBe('By IMAP')
  await mailbox('jim').delete(stored)
  expect((await mailbox('jim').list()).map(({ messageId }) => messageId)).not.toContain(message.messageId)
})

it('is read and deleted by POP3', async ({ smtp, mailbox }) => {
  const message = await smtp.send({ to: 'petra@example.com', subject: 'By POP3' })
  await expect(mailbox('petra')).toReceive(message)
  const pop3 = await mailbox('petra').pop3()
  expect(await pop3.stat()).toMatchObject({ messages: 1 })
  expect(await pop3.retr(1)).toEqual(expect.bufferContaining(`Message-ID: <${message.messageId}>`))
  await pop3.dele(1)
  await pop3.quit()
  expect(await mailbox('petra').list()).toEqual([])
})

it('refuses the wrong password, by IMAP and by POP3', async ({ mailbox }) => {
  await expect(mailbox('jim').imap({ password: 'wrong' })).rejects.toThrow(/AUTHENTICATIONFAILED|Authentication failed/)
  await expect(mailbox('jim').pop3({ password: 'wrong' })).rejects.toThrow(/Authentication failed/)
})
