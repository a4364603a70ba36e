import { expect, rig } from 'mailrig/vitest'

const it = rig(
  {
    host: 'mx.example.com',
    local: { domains: ['example.com'], accounts: ['jim'] },
    internet: ['elsewhere.example'],
  },
  { covers: ['R5', 'S130'] },
)

it.for([
  ['an address elsewhere', 'someone@elsewhere.example'],
  ['the percent hack', 'someone%elsewhere.example@example.com'],
  ['the percent hack without a domain', 'someone%elsewhere.example'],
  ['the percent hack, quoted', '"someone%elsewhere.example"@example.com'],
  ['a bang path', 'elsewhere.example!someone'],
  ['a bang path in a domain of ours', 'elsewhere.example!someone@example.com'],
  ['an address as quoted local part', '"someone@elsewhere.example"@example.com'],
  ['an address as quoted local part without a domain', '"someone@elsewhere.example"'],
  ['two at signs', 'someone@elsewhere.example@example.com'],
  ['a source route', '@example.com:someone@elsewhere.example'],
  ['a source route over two hosts', '@client.example,@example.com:someone@elsewhere.example'],
] as const)('does not relay for a stranger who writes %s', async ([_, path], { smtp, upstream }) => {
  const session = await smtp.session()
  await session.ehlo()
  await session.mailFrom('marc@client.example')
  const reply = await session.command(`RCPT TO:<${path}>`)
  expect(reply.code).toBeGreaterThanOrEqual(400)

  // The rest of the transaction shows that the refusal was of this recipient, and that it is not used nevertheless.
  expect(await session.rcptTo('jim@example.com')).toReply(250)
  expect(await session.data('Subject: for jim alone\r\n\r\nHello.\r\n')).toReply(250)
  await expect(upstream).toHaveRelayedNothing()
})

it('does not relay for a stranger to an address literal, be it the own one', async ({ rig, smtp, upstream }) => {
  const { mta, upstreams } = rig.addresses
  const session = await smtp.session()
  await session.ehlo()
  await session.mailFrom('marc@client.example')
  for (const path of [
    `someone%elsewhere.example@[${mta.internet}]`,
    `"someone@elsewhere.example"@[${mta.internet}]`,
    `someone@[${upstreams.upstream?.address}]`,
  ]) {
    expect((await session.rcptTo(path)).code, path).toBeGreaterThanOrEqual(400)
  }
  await expect(upstream).toHaveRelayedNothing()
})

it.for(['', 'jim@example.com', 'postmaster@mx.example.com', 'root@localhost', 'someone@elsewhere.example'])(
  'does not relay for a stranger who says that the sender is <%s>',
  async (from, { smtp, upstream }) => {
    const message = await smtp.send({
      envelope: { from, to: 'someone@elsewhere.example' },
      expectRefusal: true,
    })
    expect(message.accepted).toEqual([])
    expect(message.rejected[0]?.reply.code).toBeGreaterThanOrEqual(400)
    await expect(upstream).toHaveRelayedNothing()
  },
)

it('does not relay for a stranger who greets by the name of the server or of a host inside', async ({
  smtp,
  upstream,
}) => {
  for (const helo of ['mx.example.com', 'localhost', 'client.lan.example', '[127.0.0.1]']) {
    const message = await smtp.send({ helo, to: 'someone@elsewhere.example', expectRefusal: true })
    expect(message.accepted, helo).toEqual([])
  }
  await expect(upstream).toHaveRelayedNothing()
})
