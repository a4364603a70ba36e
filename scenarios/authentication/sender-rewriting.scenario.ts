import { authenticate, dkimKey, dkimSign, expect, rig } from 'mailrig/vitest'

// Mail that is forwarded leaves in this server's name (SRS), so that SPF holds, and what is returned finds its way back.
const key = dkimKey({ domain: 'sender.example', algorithm: 'ed25519' })
const it = rig(
  {
    host: 'mx.example.com',
    domains: { 'example.com': { mailboxes: ['jim'], aliases: { away: 'someone@elsewhere.example' } } },
    trustedNetworks: ['lan'],
    rewriting: { srs: 'example.com' },
    internet: {
      'example.com': { txt: ['v=spf1 a:mx.example.com -all'] },
      'sender.example': { txt: ['v=spf1 a:client.example -all'] },
      'elsewhere.example': {},
      ...key.internet,
    },
  },
  { needs: ['sender-rewriting-scheme'] },
)

it('forwards in its own name, so that SPF holds', async ({ smtp, upstream, rig, observe }) => {
  const message = await smtp.send({
    from: 'marc@sender.example',
    to: 'away@example.com',
    finish: (content) => dkimSign(content, key),
  })
  const { content, clientAddress: client, helo, from } = await upstream.next({ messageId: message.messageId })
  expect(from).toMatch(/^SRS0[=+-].*=sender\.example=marc@example\.com$/i)
  const { spf, dkim } = await authenticate(content, rig.dns.zone, { client, helo, from })
  observe('forwarded by an alias, with SRS', `spf=${spf} dkim=${dkim}, MAIL FROM ${from.replace(/=[^=]+=/, '=…=')}`)
  expect({ spf, dkim }).toEqual({ spf: 'pass', dkim: 'pass' })
})

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
