import { afterAll, beforeAll, expect, it } from 'vitest'
import { connectEngine } from '../../src/engine/connect.ts'
import { silentProgress } from '../../src/engine/progress.ts'
import { openImap } from '../../src/mailbox/imap.ts'
import { sendMessage } from '../../src/session/send.ts'
import { openSession } from '../../src/session/session.ts'
import type { AdoptedHost } from '../../src/targets/adopted/boot.ts'
import { adoptedTag } from '../../src/targets/adopted/image.ts'
import { startVerdict } from '../../src/targets/adopted/start-verdict.ts'
import { type BootedSample, bootSample, sample } from '../adopted/boot-sample.ts'

/** The database's password in the sample. */
const SECRET = 'Wolke7-im-Rechner'

let booted: BootedSample
let host: AdoptedHost
beforeAll(async () => {
  booted = await bootSample(await sample('sql'), 'bookworm')
  host = booted.host
})
afterAll(() => booted?.close())

it('starts, with a database that has tables made of the queries', async () => {
  const { findings, starts } = await startVerdict(host)
  expect(findings.filter(({ severity }) => severity === 'fault')).toEqual([])
  expect(starts).toBe(true)
  const [overlay] = host.overlays.filter(({ kind }) => kind === 'databases')
  expect(overlay?.what).toContain('domains, users, aliases')
})

it('delivers to an account of the database, whose owner logs in by it', async () => {
  const [account] = host.facts.accounts
  if (account?.password === undefined) throw new Error('there is an account with a password')
  const sent = await sendMessage({
    endpoint: host.endpoint(25),
    from: 'somebody@elsewhere.example',
    to: account.address,
  })
  const imap = await openImap({
    ...host.endpoint(993),
    tls: 'implicit',
    ca: host.authority,
    servername: host.facts.host,
    user: account.user,
    password: account.password,
  })
  await imap.waitFor({ messageId: sent.messageId }).finally(() => imap.close())
})

it('knows nobody else', async () => {
  const session = await openSession(host.endpoint(25))
  await session.ehlo('stranger.example')
  await session.command('MAIL FROM:<somebody@elsewhere.example>')
  expect((await session.command(`RCPT TO:<${host.facts.unknown[0]}>`)).code).toBe(550)
  session.destroy()
})

it('trusts a client of the rig as little as one of the internet, though the host trusts its own networks', async () => {
  expect(host.facts.trusted).toEqual(['lan'])
  const { localAddress = '' } = host.endpoint(25)
  expect(host.says?.networks.some((network) => network.startsWith('198.19.'))).toBe(true)
  expect(localAddress).toBe('203.0.113.25')
  const session = await openSession(host.endpoint(25))
  await session.ehlo('stranger.example')
  await session.command('MAIL FROM:<somebody@elsewhere.example>')
  expect((await session.command('RCPT TO:<friend@faraway.example>')).code).toBe(554)
  session.destroy()
})

it('lets no secret out: not in overlays, findings, facts or log, and none is in the image', async () => {
  const { stdout } = await host.container.exec(['grep', '-rl', SECRET, '/etc'])
  expect(stdout).toContain('/etc/postfix/mysql-domains.cf')
  const verdict = await startVerdict(host)
  const log = host.container.logs.lines.map(({ text }) => text)
  const { steps: _, ...shown } = { steps: [], verdict, facts: host.facts }
  expect(JSON.stringify(shown)).not.toContain(SECRET)
  expect(host.adopted.mask(log.join('\n'))).not.toContain(SECRET)
  const engine = await connectEngine({ provision: false, progress: silentProgress })
  const tag = await adoptedTag(
    'bookworm',
    host.adopted.packages.map(({ name }) => name),
  )
  const history = await engine.docker.getImage(tag).history()
  expect(JSON.stringify(history)).not.toContain(SECRET)
})
