import { expect, rig } from 'mailrig/vitest'

const it = rig(
  {
    logging: 'syslog',
    local: { accounts: ['jim'] },
    // A configuration that it cannot read, Exim tells the terminal alone: what is an error is for its ACL to say.
    native: {
      exim: { acl_rcpt: ['warn recipients = trouble@mx.example.com\n  logwrite = :panic: cannot find: no such thing'] },
    },
  },
  { covers: ['M5', 'M6', 'S148', 'S150', 'S152', 'S153', 'S157', 'S23'] },
)

/** What each of them finds wrong somewhere. */
const BROKEN = { path: '/etc/broken/main.cf', content: 'no such thing\n' }

it('writes its log to a file, errors to one of their own', async ({ smtp, mta }) => {
  mta.requires('survivable-errors')
  const read = async (path: string) => (await mta.read(path)).map(({ content }) => content.toString()).join('')
  const message = await smtp.send({ to: 'jim@mx.example.com' })
  await mta.settled(message)

  await mta.write([BROKEN])
  await mta.exec(['/usr/sbin/sendmail', `-C${BROKEN.path}`, '-bv', 'root'])
  await smtp.send({ to: 'trouble@mx.example.com', expectRefusal: true })
  const { text } = await mta.log.event({ event: /^(?:error|fatal|panic)$/, reason: /no such thing/ })

  const [all, errors] = await Promise.all([read('/var/log/mail.log'), read('/var/log/mail.err')])
  expect(all).toContain(mta.queueIdOf(message))
  expect(all).toContain(text)
  expect(errors).toContain(text)
  expect(mta.log.problems().filter(({ reason }) => reason?.includes('no such thing'))).toHaveLength(1)
  expect(errors, 'a delivery is no error').not.toContain(mta.queueIdOf(message))
})

it('says what it refused, and why, in a line that a search for trouble finds', async ({ smtp, mta }) => {
  await smtp.send({ to: 'someone@elsewhere.example', expectRefusal: true })
  const refusal = { event: 'reject', to: 'someone@elsewhere.example', reason: /relay|Invalid recipient/i } as const
  await expect(mta).toHaveLogged(refusal)
  const found = mta.log.problems().map(({ event, to }) => `${event} ${to}`)
  expect(found).toContain('reject someone@elsewhere.example')
  expect(mta.log.problems().map(({ event }) => event)).not.toContain('delivered')
})
