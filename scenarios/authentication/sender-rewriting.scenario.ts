import { authenticate, dkimKey, dkimSign, expect, rig } from 'mailrig/vitest'

// Mail that is forwarded leaves in this server's name (SRS), so that SPF holds, and what is returned finds its way back.
const key = dkimKey({ domain: 'sender.example', algorithm: 'ed25519' })
const it = rig(
  {
    host: 'mx.example.com',
    domains: {
      'example.com': {
        mailboxes: { jim: {}, petra: { sieve: 'redirect "someone@elsewhere.example";\n' } },
        aliases: { away: 'someone@elsewhere.example' },
      },
    },
    virtualAliasDomains: { 'example.net': { aliases: { info: 'someone@elsewhere.example' } } },
    local: {
      accounts: { anna: { forward: ['someone@elsewhere.example'] } },
      aliases: { office: 'someone@elsewhere.example' },
    },
    trustedNetworks: ['lan'],
    rewriting: { srs: 'example.com' },
    internet: {
      'example.com': { txt: ['v=spf1 a:mx.example.com -all'] },
      'example.net': { txt: ['v=spf1 a:mx.example.com -all'] },
      'mx.example.com': { txt: ['v=spf1 a -all'] },
      'sender.example': { txt: ['v=spf1 a:client.example -all'] },
      'elsewhere.example': {},
      ...key.internet,
    },
  },
  { needs: ['sender-rewriting-scheme'] },
)

// The store hands what Sieve redirects to the server as mail of its own: there is nothing that has been forwarded.
const WAYS = {
  'an alias': { to: 'away@example.com', rewritten: true },
  'a virtual alias': { to: 'info@example.net', rewritten: true },
  'the alias file': { to: 'office@mx.example.com', rewritten: true },
  '~/.forward': { to: 'anna@mx.example.com', rewritten: true },
  'Sieve redirect': { to: 'petra@example.com', rewritten: false },
}

for (const [way, { to, rewritten }] of Object.entries(WAYS)) {
  it(`forwards by ${way} in its own name, so that SPF holds`, async ({ smtp, upstream, rig, observe }) => {
    const message = await smtp.send({
      from: 'marc@sender.example',
      to,
      finish: (content) => dkimSign(content, key),
    })
    const { content, clientAddress: client, helo, from } = await upstream.next({ messageId: message.messageId })
    const { spf, dkim } = await authenticate(content, rig.dns.zone, { client, helo, from })
    const sender = from === 'marc@sender.example' ? 'kept' : from.replace(/[=+-][^=]+=[^=]+=/, '=…=')
    observe(`forwarded by ${way}, with SRS`, `spf=${spf} dkim=${dkim}, MAIL FROM ${sender}`)
    expect(dkim).toBe('pass')
    if (!rewritten) return
    expect(from).toMatch(/^SRS0[=+-].*=sender\.example=marc@(?:mx\.)?example\.(?:com|net)$/i)
    expect(spf).toBe('pass')
  })
}

it('takes what comes back to such a sender, and hands it on to the real one', async ({ smtp, upstream }) => {
  const message = await smtp.send({ from: 'marc@sender.example', to: 'away@example.com' })
  const { from } = await upstream.next({ messageId: message.messageId })
  const bounce = await smtp.send({ from: '', to: from })
  const returned = await upstream.next({ messageId: bounce.messageId })
  expect(returned.to).toEqual(['marc@sender.example'])
  expect(returned.from).toBe('')
})

it('takes it back in small letters, too, as some hosts write it', async ({ smtp, upstream, observe }) => {
  const message = await smtp.send({ from: 'marc@sender.example', to: 'away@example.com' })
  const { from } = await upstream.next({ messageId: message.messageId })
  const bounce = await smtp.send({ from: '', to: from.toLowerCase(), expectRefusal: true })
  const [refused] = bounce.rejected
  observe('mail comes back to a rewritten sender in small letters', refused ? `${refused.reply.code}` : 'taken')
  if (refused) expect(refused.reply).toReply('5xx')
  else expect((await upstream.next({ messageId: bounce.messageId })).to).toEqual(['marc@sender.example'])
})

it('takes nothing for a sender that it has not made', async ({ smtp, upstream }) => {
  const { rejected } = await smtp.send({
    from: '',
    to: 'SRS0=AAAA=AA=sender.example=marc@example.com',
    expectRefusal: true,
  })
  expect(rejected[0]?.reply).toReply('5xx')
  await expect(upstream).toHaveRelayedNothing()
})

it('leaves the names of its own users as they are', async ({ smtp, upstream }) => {
  const message = await smtp.send({ side: 'lan', from: 'jim@example.com', to: 'x@elsewhere.example' })
  expect((await upstream.next({ messageId: message.messageId })).from).toBe('jim@example.com')
})
