import { expect, rig } from 'mailrig/vitest'

const it = rig(
  { domains: { 'example.com': { mailboxes: ['petra'] } }, store: { mailboxFormat: 'mbox' } },
  { covers: ['D5'] },
)

it('keeps an mbox: all messages of a folder in one file, each behind a From line', async ({ rig, smtp, mailbox }) => {
  const first = await smtp.send({ to: 'petra@example.com', text: 'Before.\n\nFrom here on it is text.\n' })
  await expect(mailbox('petra')).toReceive(first)
  const second = await smtp.send({ to: 'petra@example.com' })
  await expect(mailbox('petra')).toReceive(second)

  const home = '/var/vmail/example.com/petra'
  const [inbox] = await rig.store.read(`${home}/inbox`)
  const text = inbox?.content.toString('latin1') ?? ''
  expect(text.match(/(?<=^|\n\n)From .* \d{4}(?: [+-]\d{4})?\n/g)).toHaveLength(2)
  expect(text.indexOf(first.messageId)).toBeLessThan(text.indexOf(second.messageId))
  expect(await mailbox('petra').list(), 'as many as were sent').toHaveLength(2)

  const session = await mailbox('petra').imapSession()
  await session.login({ user: 'petra@example.com', password: 'secret' })
  await session.command('CREATE Lists')
  await session.command('SELECT INBOX')
  expect(await session.command('COPY 2 Lists')).toMatchObject({ status: 'OK' })
  const [lists] = await rig.store.read(`${home}/mail/Lists`)
  expect(lists?.content.toString()).toContain(second.messageId)
  expect(lists?.content.toString()).not.toContain(first.messageId)
})
