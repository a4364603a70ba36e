import { expect, rig } from 'mailrig/vitest'

// An account for each test: procmail, which delivers for sendmail, lets a mailbox rest for a second after it was read.
const it = rig(
  {
    host: 'mx.example.com',
    local: {
      accounts: {
        petra: {},
        tina: {},
        anna: {},
        jim: { forward: ['petra'] },
        gerda: { forward: ['\\gerda, tina'] },
        tom: { forward: ['tom@elsewhere.example'] },
        peter: { forward: ['"|/usr/local/bin/note-mail peter"'] },
        mary: { forward: ['/home/mary/kept'] },
      },
      files: { '/usr/local/bin/note-mail': '#!/bin/sh\numask 077\ncat > "/home/$1/noted"\n' },
    },
    internet: ['elsewhere.example'],
  },
  { covers: ['L3'], needs: ['dot-forward'] },
)

it('forwards to another user, and leaves no copy', async ({ smtp, localMailbox }) => {
  const message = await smtp.send({ to: 'jim@mx.example.com' })
  await expect(localMailbox('petra')).toReceive(message)
  await expect(localMailbox('jim')).toReceiveNothing()
})

it('keeps a copy for a name behind a backslash, which is not forwarded again', async ({ smtp, localMailbox }) => {
  const message = await smtp.send({ to: 'gerda@mx.example.com' })
  await expect(localMailbox('tina')).toReceive(message)
  await expect(localMailbox('gerda')).toReceive(message)
})

it('forwards to an address elsewhere', async ({ smtp, upstream, localMailbox }) => {
  const message = await smtp.send({ to: 'tom@mx.example.com' })
  expect((await upstream.next({ messageId: message.messageId })).to).toEqual(['tom@elsewhere.example'])
  await expect(localMailbox('tom')).toReceiveNothing()
})

it('hands the message to a command, which runs as the user', async ({ smtp, mta }) => {
  const message = await smtp.send({ to: 'peter@mx.example.com' })
  await mta.settled(message)
  const [noted] = await mta.read('/home/peter/noted')
  expect(noted?.content).toEqual(expect.bufferContaining(message.messageId))
  const { stdout: uid } = await mta.run(['id', '-u', 'peter'])
  expect(noted?.uid).toBe(Number(uid))
})

it('appends the message to a file in the home directory', async ({ smtp, localMailbox }) => {
  const message = await smtp.send({ to: 'mary@mx.example.com' })
  const stored = await localMailbox('mary').receive(message, { folder: 'kept' })
  expect(stored.subject).not.toBe('')
  await expect(localMailbox('mary')).toReceiveNothing()
})

it('leaves alone who has no ~/.forward', async ({ smtp, localMailbox }) => {
  const message = await smtp.send({ to: 'anna@mx.example.com' })
  await expect(localMailbox('anna')).toReceive(message)
})
