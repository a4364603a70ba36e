import { expect, type RigFixtures, rig } from 'mailrig/vitest'

const it = rig({ domains: { 'example.com': { mailboxes: ['jim', 'ghost', 'phantom'] } } }, { covers: ['P8'] })

/**
 * Takes both users from the store, whichever test comes first: Dovecot looks at its file at most once a second, so a
 * change between two deliveries might come too late. The MTA's own tables still have them.
 */
function forgetUsers(rig: RigFixtures['rig']) {
  return rig.store.exec(['sed', '-i', '-E', '/^(ghost|phantom)@/d', '/etc/dovecot/users'])
}

/** The first field of that name anywhere in the message, its parts included. */
function field(message: string, name: string): string {
  const found = new RegExp(`^${name}:[ \\t]*(.*(?:\\r\\n[ \\t].*)*)`, 'im').exec(message)?.[1]
  return found?.replaceAll(/\r\n[ \t]+/g, ' ') ?? 'none'
}

it('tells the sender of a user whom the store knows no longer', async ({ rig, smtp, mailbox, observe }) => {
  expect((await forgetUsers(rig)).exitCode).toBe(0)
  const message = await smtp.send({ from: 'jim@example.com', to: 'ghost@example.com' })
  const bounce = await mailbox('jim').receive((stored) => stored.from !== 'jim@example.com')
  const text = (await bounce.raw()).toString('latin1')
  expect(text).toContain(message.messageId)
  expect(field(text, 'Status')).toMatch(/^5\.\d+\.\d+/)

  for (const name of ['Subject', 'From', 'Auto-Submitted', 'Action', 'Status']) {
    observe(`a bounce: ${name}`, field(text, name))
  }
  const [type = '', ...parameters] = field(text, 'Content-Type').split(/;\s*/)
  const report = parameters.find((parameter) => parameter.startsWith('report-type='))
  observe('a bounce: Content-Type', [type, report ?? 'no report-type'].join('; '))
  const returnPath = field(text, 'Return-Path')
  observe('a bounce: the reverse-path', returnPath, {
    requirement: 'MUST',
    section: 'RFC 5321 §6.1',
    holds: returnPath === '<>',
  })
  const original = text.slice(text.indexOf(message.messageId))
  observe('a bounce: what it returns', original.includes('This is test message') ? 'the whole message' : 'the header')
})

it('bounces nothing that has no sender', async ({ rig, smtp, mta, observe }) => {
  expect((await forgetUsers(rig)).exitCode).toBe(0)
  const message = await smtp.send({ envelope: { from: '' }, to: 'phantom@example.com' })
  // Done with it, or put aside for people to look at: either is the end of what the server does by itself.
  await mta.logged(message, /\bremoved$|\bCompleted\b|\bdone; delay=|\bfrozen\b/i)
  const kept = (await mta.queue()).find(({ queueId }) => message.queueIds.includes(queueId))
  const lines = mta.log.linesOf(message).map(({ text }) => text)
  expect(lines.join('\n'), 'the store refused it').toMatch(/550 5\.1\.1|dsn=5\.1\.1/)
  const notified = lines.some((line) => line.includes('postmaster notify'))
  observe(
    'a message from <> that cannot be delivered',
    kept ? `kept in the queue: ${kept.state}` : notified ? 'the postmaster is told' : 'dropped',
  )
})
