import { afterAll, beforeAll, expect, it } from 'vitest'
import { openImap } from '../../src/mailbox/imap.ts'
import { sendMessage } from '../../src/session/send.ts'
import type { AdoptedHost } from '../../src/targets/adopted/boot.ts'
import { startVerdict } from '../../src/targets/adopted/start-verdict.ts'
import { type BootedSample, bootSample, sample } from '../adopted/boot-sample.ts'

let booted: BootedSample
let host: AdoptedHost
beforeAll(async () => {
  booted = await bootSample(await sample('exim'), 'bookworm')
  host = booted.host
})
afterAll(() => booted?.close())

it("starts on Debian's own templates", async () => {
  const { findings, starts, listening } = await startVerdict(host)
  expect(findings.filter(({ severity }) => severity === 'fault')).toEqual([])
  expect(starts).toBe(true)
  expect(listening.map(({ port }) => port)).toEqual(expect.arrayContaining([25, 143, 993]))
})

it('is told of by Exim itself', () => {
  expect(host.facts).toMatchObject({ host: 'mail.frost.example', smarthost: 'smtp.provider.example' })
  expect(host.facts.domains).toContainEqual({ name: 'frost.example', kind: 'local' })
})

it('delivers to a Unix account by STARTTLS, read by IMAPS, and relays by the smarthost with its login', async () => {
  const [account] = host.facts.accounts
  if (account?.password === undefined) throw new Error('there is an account with a password')
  const tlsOptions = { ca: host.authority, servername: host.facts.host }
  const sent = await sendMessage({
    endpoint: host.endpoint(25),
    tls: 'starttls',
    tlsOptions,
    from: 'somebody@elsewhere.example',
    to: account.address,
  })
  const imap = await openImap({
    ...host.endpoint(993),
    tls: 'implicit',
    ...tlsOptions,
    user: account.user,
    password: account.password,
  })
  await imap.waitFor({ messageId: sent.messageId }).finally(() => imap.close())
  const handed = await host.container.exec(['sendmail', '-f', account.address, 'friend@elsewhere.example'], {
    input: 'Subject: out\n\nhello\n',
  })
  expect(handed.exitCode).toBe(0)
  const relayed = await host.upstream.next({ to: 'friend@elsewhere.example' })
  expect(relayed.user).toBe('mailrig')
})
