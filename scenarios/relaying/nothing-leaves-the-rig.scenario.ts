import { expect, rig } from 'mailrig/vitest'

const it = rig(
  {
    domains: { 'example.com': { mailboxes: ['jim'] } },
    trustedNetworks: ['lan'],
    // A connection into the void is given up soon.
    native: {
      postfix: { 'main.cf': { smtp_connect_timeout: '1s' } },
      sendmail: { mc: ["define(`confTO_ICONNECT', `1s')", "define(`confTO_CONNECT', `1s')"] },
    },
  },
  { covers: ['R9'] },
)

it('answers NXDOMAIN for an undeclared domain, and the message goes nowhere', async ({
  rig,
  smtp,
  mta,
  mailbox,
  upstream,
}) => {
  const message = await smtp.send({
    side: 'lan',
    from: 'jim@example.com',
    to: 'someone@undeclared.example',
    expectRefusal: true,
  })
  // A server may refuse at once or bounce; in both cases the sender is told and nobody else is.
  await mta.settled(message)
  const bounced = message.accepted.length > 0
  if (bounced) await mailbox('jim').receive((stored) => stored.from !== 'jim@example.com')
  expect(upstream.messages).toEqual([])
  expect(rig.dns.queries.filter(({ name }) => /undeclared\.example$/i.test(name)).map(({ rcode }) => rcode)).toEqual(
    expect.arrayContaining(['NXDOMAIN']),
  )
})

it('tells in its log that nobody is at a literal public address', async ({ mta, smtp }) => {
  mta.requires('connect-timeout')
  // 192.0.2.0/24 is TEST-NET-1, RFC 5737: public in form, and nobody's.
  const message = await smtp.send({
    side: 'lan',
    from: 'jim@example.com',
    to: 'someone@[192.0.2.1]',
    expectRefusal: true,
  })
  if (message.accepted.length > 0) {
    const { text } = await mta.logged(message, /192\.0\.2\.1.*(?:unreachable|timed out|timeout|refused)/i)
    expect(text).toContain('192.0.2.1')
  }
})

it('reaches nobody at a literal public address', async ({ rig, mta }) => {
  const connect = (host: string, port = 25) =>
    mta.exec(['timeout', '1', 'bash', '-c', `exec 3<>/dev/tcp/${host}/${port}`])
  const { address, port } = rig.addresses.upstreams.upstream ?? {}
  expect((await connect(address ?? '', port)).exitCode, 'the upstream, to show that this can succeed').toBe(0)
  expect((await connect('192.0.2.1')).exitCode, 'timeout(1) ends what never connects with 124').not.toBe(0)
})
