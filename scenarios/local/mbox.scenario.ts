import { expect, rig } from 'mailrig/vitest'

// An account for each test: procmail, which delivers for sendmail, lets a mailbox rest for a second after it was read.
const it = rig(
  { host: 'mx.example.com', local: { accounts: ['jim', 'petra', 'gerda', 'tom', 'mary'] } },
  { covers: ['L6', 'S23'] },
)

it('begins each message with a From line: the envelope sender, and a date as ctime(3) writes it', async ({
  smtp,
  localMailbox,
}) => {
  await expect(localMailbox('jim')).toReceive(
    await smtp.send({
      from: 'Marc <header@client.example>',
      to: 'jim@mx.example.com',
      envelope: { from: 'envelope@client.example', to: 'jim@mx.example.com' },
    }),
  )
  const [mbox] = await localMailbox('jim').files()
  expect(mbox?.content.toString('latin1')).toMatch(
    /^From envelope@client\.example {1,2}(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}\n/,
  )
})

it('keeps messages apart by an empty line, and a line of text that begins with From out of the way', async ({
  smtp,
  mta,
  localMailbox,
}) => {
  const text = 'Before.\n\nFrom here on it is text.\n'
  const first = await smtp.send({ to: 'petra@mx.example.com', text })
  await mta.settled(first)
  const second = await smtp.send({ to: 'petra@mx.example.com' })
  await expect(localMailbox('petra')).toReceive(second)

  const [mbox] = await localMailbox('petra').files()
  const raw = mbox?.content.toString('latin1') ?? ''
  expect(raw).toContain('\n\n>From here on it is text.\n')
  expect(raw.split(/\n\nFrom /)).toHaveLength(2)
  expect((await localMailbox('petra').list()).map(({ messageId }) => messageId)).toEqual([
    first.messageId,
    second.messageId,
  ])
})

it('gives the mailbox to its user, and no other user may read it', async ({ smtp, localMailbox, mta, observe }) => {
  await expect(localMailbox('gerda')).toReceive(await smtp.send({ to: 'gerda@mx.example.com' }))
  const [mbox] = await localMailbox('gerda').files()
  const { stdout: uid } = await mta.run(['id', '-u', 'gerda'])
  expect(mbox?.uid).toBe(Number(uid))
  const mode = (mbox?.mode ?? 0o777) & 0o777
  expect(mode & 0o007, 'rights of others').toBe(0)
  observe('mode of /var/mail/<user>', mode.toString(8))
})

it('keeps mailboxes in /var/mail, which is /var/spool/mail as well', async ({ smtp, localMailbox, mta }) => {
  const message = await smtp.send({ to: 'tom@mx.example.com' })
  await expect(localMailbox('tom')).toReceive(message)
  const { stdout } = await mta.run(['cat', '/var/spool/mail/tom'])
  expect(stdout).toContain(message.messageId)
})

it('stores the envelope sender in Return-Path, RFC 5321 §4.4', async ({ smtp, localMailbox }) => {
  const message = await smtp.send({ to: 'mary@mx.example.com', from: 'marc@client.example' })
  const stored = await localMailbox('mary').receive(message)
  expect((await stored.raw()).toString('latin1')).toMatch(/^Return-Path: <marc@client\.example>$/im)
})

it('stores mail for postmaster and root below /var/mail where nobody is named who reads it', async ({
  smtp,
  mta,
  upstream,
  observe,
}) => {
  const messages = new Map<string, string>()
  for (const user of ['postmaster', 'root']) {
    const message = await smtp.send({ to: `${user}@mx.example.com` })
    await mta.settled(message)
    messages.set(user, message.messageId)
  }
  const files = await mta.read('/var/mail')
  for (const [user, messageId] of messages) {
    const holding = files.filter(({ content }) => content.includes(messageId)).map(({ path }) => path)
    expect(holding, `where the mail for ${user} is`).toHaveLength(1)
    observe(`mail for ${user}, without an alias for it`, holding.join())
  }
  await expect(upstream).toHaveRelayedNothing()
})
