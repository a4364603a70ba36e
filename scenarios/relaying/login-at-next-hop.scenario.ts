import { expect, type RigFixtures, rig } from 'mailrig/vitest'

const auth = { user: 'office@isp.example', password: 'correct horse' }

const it = rig(
  {
    trustedNetworks: ['lan'],
    upstreams: ['isp'],
    smarthost: { upstream: 'isp', port: 587, tls: 'required', auth },
    internet: ['elsewhere.example'],
  },
  { covers: ['R7', 'S138'] },
)

const OFFICE = { [auth.user]: auth.password }

function send(smtp: RigFixtures['smtp']) {
  return smtp.send({ side: 'lan', from: 'petra@client.example', to: 'someone@elsewhere.example' })
}

it('hands mail to port 587, encrypted and logged in', async ({ smtp, upstreams, observe }) => {
  const isp = upstreams('isp')
  await isp.offerTls({ policy: 'required' })
  isp.auth = { accounts: OFFICE }
  const message = await send(smtp)
  const relayed = await isp.next({ messageId: message.messageId })
  expect(relayed).toMatchObject({ user: auth.user, tls: { protocol: 'TLSv1.3' } })
  const [attempt] = isp.attempts
  expect(attempt?.port).toBe(587)
  observe('the mechanism chosen of PLAIN, LOGIN and CRAM-MD5, outbound', chosen(attempt?.transcript) ?? 'none')
})

it('knows the login that the topology names, without more words', async ({ smtp, upstreams }) => {
  const isp = upstreams('isp')
  await isp.offerTls()
  const message = await send(smtp)
  expect((await isp.next({ messageId: message.messageId })).user).toBe(auth.user)
})

it.for(['PLAIN', 'LOGIN', 'CRAM-MD5'])(
  'logs in with %s where nothing else is offered',
  async (mechanism, { mta, smtp, upstreams }) => {
    if (mechanism === 'CRAM-MD5') mta.requires('cram-md5-at-next-hops')
    const isp = upstreams('isp')
    await isp.offerTls()
    isp.auth = { accounts: OFFICE }
    isp.keywords = { add: [`AUTH ${mechanism}`] }
    const message = await send(smtp)
    expect((await isp.next({ messageId: message.messageId })).user).toBe(auth.user)
    expect(chosen(isp.attempts.at(-1)?.transcript)).toBe(mechanism)
  },
)

it('hands over nothing with a password that is not taken', async ({ smtp, mta, upstreams, observe }) => {
  const isp = upstreams('isp')
  await isp.offerTls()
  isp.auth = { accounts: { [auth.user]: 'battery staple' } }
  const message = await send(smtp)
  await mta.rested(message)
  expect(isp.attempts.map(({ transcript }) => transcript).join('\n')).toContain('S: 535')
  expect(isp.messages).toEqual([])
  const waits = (await mta.queue()).some(({ queueId }) => mta.queueIdsOf(message).includes(queueId))
  observe('the next hop refuses the login', waits ? 'the mail waits' : 'the mail is returned')
})

function chosen(transcript = ''): string | undefined {
  return /^C: AUTH (\S+)/m.exec(transcript)?.[1]
}
