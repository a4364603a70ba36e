import { expect, rig } from 'mailrig/vitest'

const it = rig(
  {
    domains: { 'example.com': { mailboxes: { jim: { password: 'correct horse' } } } },
    internet: ['elsewhere.example'],
    tlsMinimum: 'TLSv1.3',
  },
  { covers: ['P6', 'P7', 'S50'], needs: ['inbound-tls'] },
)

const jim = { user: 'jim@example.com', password: 'correct horse' }

it('shows the certificate of its name before the greeting', async ({ smtp }) => {
  const session = await smtp.session({ service: 'submissions' })
  expect(session.tls).toMatchObject({ authorized: true, protocol: 'TLSv1.3' })
  const { keywords } = await session.ehlo()
  expect(keywords.has('STARTTLS'), 'TLS has begun').toBe(false)
})

it('takes mail of who has logged in', async ({ smtp, upstream }) => {
  const message = await smtp.send({
    service: 'submissions',
    auth: jim,
    from: jim.user,
    to: 'someone@elsewhere.example',
  })
  expect(await upstream.next({ messageId: message.messageId })).toMatchObject({ from: jim.user })
})

it('says nothing to a client that speaks no TLS', async ({ smtp }) => {
  const session = await smtp.session({ service: 'submissions', tls: false, awaitGreeting: false })
  session.write('EHLO client.example\r\n')
  await session.closed()
  // An alert at most (RFC 8446 §6).
  expect(session.transcript.octets('received').toString('latin1')).not.toMatch(/\d{3}/)
})

it('speaks no older TLS than the topology allows', async ({ smtp }) => {
  await expect(smtp.session({ service: 'submissions', maxVersion: 'TLSv1.2' })).rejects.toMatchObject({
    code: 'TLS_FAILED',
  })
})
