import { expect, rig } from 'mailrig/vitest'

const it = rig(
  { host: 'mx.example.com', local: { accounts: ['jim', 'petra'], mailboxFormat: 'maildir' } },
  { covers: ['L7'] },
)

it('puts each message into a file of its own in new/', async ({ smtp, localMailbox, mta }) => {
  const first = await smtp.send({ to: 'jim@mx.example.com' })
  const second = await smtp.send({ to: 'jim@mx.example.com' })
  await expect(localMailbox('jim')).toReceive(first)
  await expect(localMailbox('jim')).toReceive(second)

  const files = await localMailbox('jim').files()
  expect(files.map(({ path }) => path)).toEqual([
    expect.stringMatching(/^\/home\/jim\/Maildir\/new\/\d+\.[^/:]+$/),
    expect.stringMatching(/^\/home\/jim\/Maildir\/new\/\d+\.[^/:]+$/),
  ])
  expect(new Set(files.map(({ path }) => path)).size).toBe(2)
  const spool = await mta.read('/var/mail/jim')
  expect(Buffer.concat(spool.map(({ content }) => content)).toString(), 'what /var/mail/jim holds').toBe('')
})

it('gives the files to their user alone', async ({ smtp, localMailbox, mta, observe }) => {
  await expect(localMailbox('petra')).toReceive(await smtp.send({ to: 'petra@mx.example.com' }))
  const [file] = await localMailbox('petra').files()
  const { stdout: uid } = await mta.run(['id', '-u', 'petra'])
  expect(file?.uid).toBe(Number(uid))
  const mode = (file?.mode ?? 0o777) & 0o777
  expect(mode & 0o007, 'rights of others').toBe(0)
  observe('mode of a message in ~/Maildir', mode.toString(8))
})

it('needs no From line, and leaves a line that begins with From as it is', async ({ smtp, localMailbox }) => {
  const message = await smtp.send({ to: 'petra@mx.example.com', text: 'Before.\n\nFrom here on it is text.\n' })
  const stored = await localMailbox('petra').receive(message)
  const raw = (await stored.raw()).toString('latin1')
  expect(raw).not.toMatch(/^From /)
  expect(raw).toContain('\n\nFrom here on it is text.\n')
})
