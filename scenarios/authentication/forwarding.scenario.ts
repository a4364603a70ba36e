import { arcSeal, authenticate, dkimKey, dkimSign, expect, rig } from 'mailrig/vitest'

// Mail of a domain that signs all it sends and says who may send it (SPF), and what to do with the rest (DMARC).
const key = dkimKey({ domain: 'sender.example', algorithm: 'ed25519' })
const REDIRECT = 'redirect "someone@elsewhere.example";\n'

const it = rig({
  host: 'mx.example.com',
  domains: {
    'example.com': {
      mailboxes: { jim: {}, petra: { sieve: REDIRECT } },
      aliases: { away: 'someone@elsewhere.example', both: ['jim', 'someone@elsewhere.example'] },
    },
  },
  virtualAliasDomains: { 'example.net': { aliases: { info: 'someone@elsewhere.example' } } },
  local: {
    accounts: { anna: { forward: ['someone@elsewhere.example'] } },
    aliases: {
      office: 'someone@elsewhere.example',
      list: ':include:/etc/mail/list',
      'owner-list': 'postmaster@mx.example.com',
      postmaster: 'root',
    },
    files: { '/etc/mail/list': 'someone@elsewhere.example\n' },
  },
  internet: {
    'sender.example': { txt: ['v=spf1 a:client.example -all'] },
    '_dmarc.sender.example': { mx: [], txt: ['v=DMARC1; p=reject'] },
    'elsewhere.example': {},
    ...key.internet,
  },
})

const WAYS = {
  'an alias': 'away@example.com',
  'an alias that keeps a copy': 'both@example.com',
  'a virtual alias': 'info@example.net',
  'the alias file': 'office@mx.example.com',
  'a list with an owner': 'list@mx.example.com',
  '~/.forward': 'anna@mx.example.com',
  'Sieve redirect': 'petra@example.com',
}

const FROM = 'marc@sender.example'

for (const [way, to] of Object.entries(WAYS)) {
  it(`forwards by ${way} without breaking the signature`, async ({ smtp, upstream, rig, observe }) => {
    const message = await smtp.send({ from: FROM, to, finish: (content) => dkimSign(content, key) })
    const relayed = await upstream.next({ messageId: message.messageId })
    const { content, clientAddress: client, helo, from } = relayed
    const { spf, dkim, dmarc, arc } = await authenticate(content, rig.dns.zone, { client, helo, from })
    const sender = from === FROM ? 'kept' : from === '' ? 'empty' : from
    observe(`forwarded by ${way}`, `spf=${spf} dkim=${dkim} dmarc=${dmarc} arc=${arc}, MAIL FROM ${sender}`)
    await expect(relayed).toHaveAuthenticationResults({ dkim: 'pass', dmarc: 'pass' })
  })
}

it('verifies what reached a mailbox as its server could have', async ({ smtp, mailbox, rig }) => {
  const message = await smtp.send({ from: FROM, to: 'jim@example.com', finish: (content) => dkimSign(content, key) })
  const stored = await mailbox('jim').receive(message)
  const receipt = { client: rig.addresses.networks.internet.gateway, helo: 'client.example', from: FROM }
  await expect(stored).toHaveAuthenticationResults({ spf: 'pass', dkim: 'pass', dmarc: 'pass', arc: 'none' }, receipt)
})

it('finds what was broken before: the control of all that verifies', async ({ smtp, upstream }) => {
  const finish = (content: Buffer) => dkimSign(content, key, { broken: 'subject' })
  const message = await smtp.send({ from: FROM, to: 'away@example.com', finish })
  const relayed = await upstream.next({ messageId: message.messageId })
  await expect(relayed).toHaveAuthenticationResults({ spf: 'fail', dkim: 'fail', dmarc: 'fail' })
})

it('keeps a chain of seals whole', async ({ smtp, upstream }) => {
  const finish = async (content: Buffer) =>
    arcSeal(await dkimSign(content, key), key, { authResults: 'sender.example; dkim=pass header.d=sender.example' })
  const message = await smtp.send({ from: FROM, to: 'away@example.com', finish })
  const relayed = await upstream.next({ messageId: message.messageId })
  await expect(relayed).toHaveAuthenticationResults({ arc: 'pass', dkim: 'pass' })
})

// What servers like to put right on the way: text that is to come through unchanged, else the signature does not verify.
const DELICATE = {
  '8-bit text to a host without 8BITMIME': { body: 'A café.\r\n', hide: ['8BITMIME', 'SMTPUTF8'] },
  'a line of 2000 octets': { body: `${'x'.repeat(2000)}\r\n` },
  'blanks at the ends of lines, signed simple': {
    body: 'two  \r\nblanks \r\n\r\n\r\n',
    canonicalization: 'simple/simple',
  },
  'an address with a comment, signed simple': {
    head: 'Cc: Away (who is away)  <away@EXAMPLE.com>,\r\n\t(nobody) office@mx.example.com\r\n',
    canonicalization: 'simple/simple',
  },
} as const

for (const [what, one] of Object.entries<{
  head?: string
  body?: string
  hide?: readonly string[]
  canonicalization?: 'simple/simple'
}>(DELICATE)) {
  it(`forwards ${what}`, async ({ smtp, upstream, rig, observe }) => {
    const { head = '', body = 'Text.\r\n', hide = [], canonicalization } = one
    upstream.keywords = { hide: [...hide] }
    const messageId = `${Object.keys(DELICATE).indexOf(what)}.delicate@sender.example`
    const fields = `From: ${FROM}\r\nTo: away@example.com\r\n${head}Subject: Delicate\r\nMessage-ID: <${messageId}>\r\n`
    const mime = 'MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n'
    const { rejected } = await smtp.send({
      from: FROM,
      to: 'away@example.com',
      expectRefusal: true,
      content: `${fields}Date: Mon, 30 Nov 2026 12:00:00 +0000\r\n${mime}\r\n${body}`,
      mailParams: { BODY: '8BITMIME' },
      finish: (content) => dkimSign(content, key, { ...(canonicalization && { canonicalization }) }),
    })
    const [refused] = rejected
    if (refused) {
      observe(`forwarded: ${what}`, refused.reply)
      expect(refused.reply).toReply('5xx')
      return
    }
    const { content, from } = await upstream.next({ messageId })
    const { dkim } = await authenticate(content, rig.dns.zone, { from })
    const kept = content.includes(head) && content.includes(`\r\n\r\n${body}`)
    const encoding = /^Content-Transfer-Encoding: (.*)\r$/im.exec(content.toString())?.[1]
    observe(
      `forwarded: ${what}`,
      `dkim=${dkim}, ${kept ? 'as it was' : encoding === '8bit' ? 'changed' : `as ${encoding}`}`,
    )
    expect(dkim).toBe(kept ? 'pass' : 'fail')
  })
}
