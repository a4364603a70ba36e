import { expect, type RigFixtures, rig } from 'mailrig/vitest'

const it = rig(
  {
    trustedNetworks: ['lan'],
    upstreams: ['upstream', 'second'],
    internet: {
      'client.example': {},
      'nomail.example': { mx: [{ preference: 0, host: '.' }], a: ['second'] },
      'alias.example': { cname: 'real.example' },
      'real.example': { mx: [{ upstream: 'second' }] },
      'exchanger-alias.example': { mx: [{ host: 'mx.exchanger-alias.example' }] },
      'mx.exchanger-alias.example': { cname: 'second.example' },
      'both.example': { mx: [{ host: 'mx.both.example' }] },
      'mx.both.example': { mx: [], a: ['second'], aaaa: ['2001:db8::25'] },
      'six.example': { mx: [{ host: 'mx.six.example' }] },
      'mx.six.example': { mx: [], aaaa: ['2001:db8::25'] },
      'broken.example': { servfail: true },
      'silent.example': { timeout: ['MX'] },
      'large.example': { truncated: true, mx: [{ upstream: 'second' }] },
      '*.wild.example': { mx: [{ upstream: 'second' }] },
      'known.wild.example': { mx: [] },
    },
  },
  { covers: ['R9', 'S27', 'S140'] },
)

const FROM = 'marc@client.example'

function send(smtp: RigFixtures['smtp'], to: string) {
  return smtp.send({ side: 'lan', from: FROM, to, expectRefusal: true })
}

it('returns mail for a domain that says it takes none (RFC 7505)', async ({ smtp, mta, upstreams, observe }) => {
  mta.requires('null-mx')
  const message = await send(smtp, 'someone@nomail.example')
  await mta.settled(message)
  const [returned] = upstreams('upstream').messages
  if (message.accepted.length > 0) expect(returned).toMatchObject({ from: '', to: [FROM] })
  // It has an address all the same: nobody is to try that.
  expect(upstreams('second').attempts).toEqual([])
  const status = returned && /^Status: (.+?)\r?$/m.exec(returned.content.toString())?.[1]
  observe('mail for a domain with a null MX', status ? `returned, ${status}` : (message.rejected[0]?.reply ?? 'lost'))
})

it.for(['someone@alias.example', 'someone@exchanger-alias.example', 'someone@both.example', 'someone@large.example'])(
  'finds the exchanger for %s',
  async (to, { smtp, upstreams, observe }) => {
    const message = await send(smtp, to)
    const relayed = await upstreams('second').next({ messageId: message.messageId })
    if (to === 'someone@alias.example') observe('RCPT for a domain that is an alias, outbound', relayed.to.join(' '))
    else expect(relayed.to).toEqual([to])
  },
)

it('asks again over TCP where the answer was cut short', async ({ smtp, rig, upstreams }) => {
  const message = await send(smtp, 'someone@large.example')
  await upstreams('second').next({ messageId: message.messageId })
  const asked = rig.dns.queries.filter(({ name, type }) => name === 'large.example' && type === 'MX')
  expect(asked.map(({ transport }) => transport)).toEqual(expect.arrayContaining(['udp', 'tcp']))
})

it('finds by a wildcard what is not declared, and nothing where a name is', async ({ smtp, mta, upstreams }) => {
  const wild = await send(smtp, 'someone@any.wild.example')
  await upstreams('second').next({ messageId: wild.messageId })
  const known = await send(smtp, 'someone@known.wild.example')
  await mta.rested(known)
  expect(upstreams('second').messages.map(({ messageId }) => messageId)).not.toContain(known.messageId)
})

it.for(['broken.example', 'silent.example'])(
  'keeps mail while DNS gives no answer about %s',
  async (domain, { smtp, mta, rig }) => {
    if (domain === 'silent.example') mta.requires('resolver-timeout')
    const message = await send(smtp, `someone@${domain}`)
    await mta.rested(message, 60_000)
    expect((await mta.queue()).map(({ queueId }) => queueId)).toContain(mta.queueIdOf(message))
    const rcode = domain === 'broken.example' ? 'SERVFAIL' : 'none'
    expect(rig.dns.queries.some((query) => query.name === domain && query.rcode === rcode)).toBe(true)
  },
)

it('returns mail for an exchanger that has an IPv6 address alone, or keeps it', async ({
  smtp,
  mta,
  observe,
  upstreams,
}) => {
  const message = await send(smtp, 'someone@six.example')
  await mta.rested(message)
  const returned = upstreams('upstream').messages.some(({ from }) => from === '')
  const waits = (await mta.queue()).length > 0
  expect([returned, waits, message.rejected.length > 0]).toContain(true)
  observe(
    'an exchanger with an AAAA record alone, from IPv4',
    returned ? 'returned' : waits ? 'waits' : (message.rejected[0]?.reply ?? ''),
  )
})
