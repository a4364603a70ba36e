import { afterAll, beforeAll, expect, it } from 'vitest'
import { openImap } from '../../src/mailbox/imap.ts'
import { sendMessage } from '../../src/session/send.ts'
import { openSession } from '../../src/session/session.ts'
import type { AdoptedHost } from '../../src/targets/adopted/boot.ts'
import { startVerdict } from '../../src/targets/adopted/start-verdict.ts'
import { adoptedSubject } from '../../src/targets/adopted/subject.ts'
import { type BootedSample, bootSample, sample } from './boot-sample.ts'

// One boot proves most overlays: each of these fails in the way that the overlay's own reason tells, were it left out.
let booted: BootedSample
let host: AdoptedHost
beforeAll(async () => {
  booted = await bootSample(await sample('plain'), 'bookworm')
  host = booted.host
})
afterAll(() => booted?.close())

const account = () => {
  const [first] = host.facts.accounts
  if (first?.password === undefined) throw new Error('there is an account with a password')
  return { ...first, password: first.password }
}
const tlsOptions = () => ({ ca: host.authority, servername: host.facts.host })

it('starts, and listens where the configuration says', async () => {
  const verdict = await startVerdict(host)
  expect(verdict.findings).toEqual([])
  expect(verdict.starts).toBe(true)
  const ports = new Set(verdict.listening.map(({ port }) => port))
  for (const port of [25, 143, 465, 587, 993, 4190]) expect(ports).toContain(port)
})

it('says what was laid over, each with the line that asks for it', () => {
  const kinds = new Set(host.overlays.map(({ kind }) => kind))
  const expected = [
    'accounts',
    'certificates',
    'jail',
    'milters',
    'policy',
    'programs',
    'secrets',
    'smarthost',
    'tables',
  ]
  for (const kind of expected) expect(kinds).toContain(kind)
  const secret = host.overlays.find(({ kind }) => kind === 'secrets')
  expect(secret).toMatchObject({ path: '/etc/postfix/sasl_passwd', from: '/etc/postfix/main.cf:21' })
})

it("takes a stranger's mail through policy, milter and LMTP into a mailbox that IMAPS shows", async () => {
  const { address, user, password } = account()
  const sent = await sendMessage({
    endpoint: host.endpoint(25),
    localAddress: host.endpoint(25).localAddress ?? '',
    tls: 'starttls',
    tlsOptions: tlsOptions(),
    from: 'somebody@elsewhere.example',
    to: address,
  })
  const imap = await openImap({ ...host.endpoint(993), tls: 'implicit', ...tlsOptions(), user, password })
  try {
    await imap.waitFor({ messageId: sent.messageId })
  } finally {
    await imap.close()
  }
  const log = host.container.logs.lines.map(({ text }) => text).join('\n')
  expect(log).toMatch(/mailrig-stub.*policy inet:10023: asked at RCPT/)
  expect(log).toMatch(/mailrig-stub.*milter inet:8891: a server began a session/)
})

it('hands mail for others to the smarthost on 587, by TLS and with the made-up login', async () => {
  const { address, user, password } = account()
  const sent = await sendMessage({
    endpoint: host.endpoint(587),
    tls: 'starttls',
    tlsOptions: tlsOptions(),
    auth: { user, password },
    from: address,
    to: 'friend@elsewhere.example',
  })
  const relayed = await host.upstream.next({ messageId: sent.messageId })
  expect(relayed.user).toBe('mailrig')
  expect(relayed.tls).toMatchObject({ protocol: 'TLSv1.3' })
})

it('relays for no stranger, whose address is on no network of the host', async () => {
  const session = await openSession(host.endpoint(25))
  await session.ehlo('stranger.example')
  await session.command('MAIL FROM:<somebody@elsewhere.example>')
  const reply = await session.command('RCPT TO:<friend@faraway.example>')
  expect(reply.code).toBe(554)
  await session.quit()
  expect(host.facts.trusted).toEqual([])
})

it('is a subject for checks: its messages come to rest by its own log', async () => {
  const subject = adoptedSubject(host)
  const place = subject.endpoint('smtp', 'internet')
  if (!place || !subject.rested || !subject.events) throw new Error('the subject has SMTP and a log')
  const { transcript } = await sendMessage({
    endpoint: place,
    ...(place.localAddress === undefined ? {} : { localAddress: place.localAddress }),
    from: 'somebody@elsewhere.example',
    to: account().address,
  })
  await subject.rested([transcript])
  expect(subject.events([transcript]).some(({ event }) => event === 'delivered')).toBe(true)
})
