import { expect, rig } from 'mailrig/vitest'

const it = rig(
  {
    host: 'mx.example.com',
    local: {
      accounts: {
        jim: {
          procmailrc: [
            '# A slash makes a Maildir, which needs no lock; an mbox has one, named by the second colon.',
            ':0',
            '* ^Subject:.*\\[maildir\\]',
            'Lists/',
            '',
            ':0:',
            '* ^Subject:.*\\[mbox\\]',
            'lists',
            '',
            ':0',
            '* ^Subject:.*\\[away\\]',
            '! jim@elsewhere.example',
            '',
            ':0 c:',
            '* ^Subject:.*\\[copy\\]',
            'copies',
          ],
        },
      },
      // procmail lets a second pass where an mbox is new.
      files: { '/home/jim/lists': '', '/home/jim/copies': '' },
    },
    internet: ['elsewhere.example'],
  },
  { covers: ['L8'] },
)

it('files into a Maildir where the folder ends in a slash', async ({ smtp, localMailbox }) => {
  const message = await smtp.send({ to: 'jim@mx.example.com', subject: '[maildir] News' })
  await localMailbox('jim').receive(message, { folder: 'Lists/' })
  const [file] = await localMailbox('jim').files('Lists/')
  expect(file?.path).toMatch(/^\/home\/jim\/Lists\/new\/[^/]+$/)
  await expect(localMailbox('jim')).toReceiveNothing()
})

it('appends to an mbox where it does not, and lets its lock go', async ({ smtp, localMailbox, mta }) => {
  const message = await smtp.send({ to: 'jim@mx.example.com', subject: '[mbox] News' })
  await localMailbox('jim').receive(message, { folder: 'lists' })
  const [mbox] = await localMailbox('jim').files('lists')
  expect(mbox?.content.toString()).toMatch(/^From sender@client\.example /)
  const { stdout: uid } = await mta.run(['id', '-u', 'jim'])
  expect(mbox?.uid).toBe(Number(uid))
  expect(await localMailbox('jim').files('lists.lock')).toEqual([])
})

it('forwards to an address elsewhere', async ({ smtp, upstream, localMailbox }) => {
  const message = await smtp.send({ to: 'jim@mx.example.com', subject: '[away] News' })
  expect((await upstream.next({ messageId: message.messageId })).to).toEqual(['jim@elsewhere.example'])
  await expect(localMailbox('jim')).toReceiveNothing()
})

it('goes on after a copy, and leaves in the mailbox what no recipe takes', async ({ smtp, localMailbox }) => {
  const message = await smtp.send({ to: 'jim@mx.example.com', subject: '[copy] News' })
  await localMailbox('jim').receive(message, { folder: 'copies' })
  await expect(localMailbox('jim')).toReceive(message)
})
