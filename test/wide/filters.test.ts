import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadChecks, runChecks } from '../../src/check/index.ts'
import { dkimKey } from '../../src/mail-auth/dkim-key.ts'
import { dkimSign } from '../../src/mail-auth/sign.ts'
import { sendMessage } from '../../src/session/send.ts'
import type { AdoptedHost } from '../../src/targets/adopted/boot.ts'
import { dkimRecord } from '../../src/targets/adopted/filters/dkim-keys.ts'
import { startVerdict } from '../../src/targets/adopted/start-verdict.ts'
import { adoptedSubject } from '../../src/targets/adopted/subject.ts'
import { type BootedSample, bootSample, sample } from '../adopted/boot-sample.ts'

const ANOTHER = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' })
const KEY = { domain: 'signed.example', selector: 'autumn', path: '', from: '', given: false }

/** Puts a TXT record into the DNS of the rig, in place of those there are. Strings of one are 255 octets at most (RFC 1035 §3.3.14). */
function publish({ dns }: AdoptedHost, name: string, text: string): void {
  const data = text.match(/.{1,255}/g)?.map((part) => Buffer.from(part)) ?? []
  dns.zone = { ...dns.zone, records: new Map([...dns.zone.records, [name, [{ type: 'TXT', data }]]]) }
}

// The milters of Debian's packages, with the configuration that was given: no stand-in takes their place.
describe.each(['bookworm', 'trixie'] as const)('on %s', (release) => {
  let booted: BootedSample
  let host: AdoptedHost
  beforeAll(async () => {
    booted = await bootSample(await sample('filters'), release)
    host = booted.host
  })
  afterAll(() => booted?.close())

  it('starts them, and shows what was laid over', async () => {
    const { findings, starts } = await startVerdict(host)
    expect({ findings, starts }).toEqual({ findings: [], starts: true })
    const laid = host.overlays.filter(({ kind }) => ['filters', 'secrets', 'milters'].includes(kind))
    expect(laid.map(({ kind, path, from }) => [kind, path, from])).toEqual([
      ['secrets', '/etc/dkimkeys/autumn.private', '/etc/opendkim.conf:9'],
      ['filters', 'unix:/var/spool/postfix/opendkim/opendkim.sock', '/etc/opendkim.conf:10'],
      ['filters', 'inet:8893', '/etc/opendmarc.conf:4'],
      ['filters', 'inet:10001', '/etc/default/postsrsd:6'],
    ])
  })

  it("adds what they found to a stranger's mail, and signs what leaves", async () => {
    const stranger = await sendMessage({
      endpoint: host.endpoint(25),
      from: 'somebody@elsewhere.example',
      to: 'root@signed.example',
    })
    await expect
      .poll(() => host.container.logs.lines.map(({ text }) => text).join('\n'), { timeout: 20_000 })
      .toMatch(/opendmarc\[\d+\]: \w+: elsewhere\.example none/)
    expect(stranger.accepted).toEqual(['root@signed.example'])
    await host.container.exec(['sendmail', '-f', 'root@signed.example', 'friend@elsewhere.example'], {
      input:
        'From: root@signed.example\nTo: friend@elsewhere.example\nSubject: signed\nMessage-ID: <signed@mailrig.example>\n\nSigned.\n',
    })
    const relayed = await host.upstream.next({ messageId: 'signed@mailrig.example' })
    expect(relayed.content.toString()).toMatch(
      /^DKIM-Signature: v=1; a=rsa-sha256; c=relaxed\/simple; d=signed\.example;\s+s=autumn;/m,
    )
  })

  it("verifies a stranger's signature by the DNS of the rig", async () => {
    const key = dkimKey({ domain: 'sender.example' })
    publish(host, key.name, key.record)
    await sendMessage({
      endpoint: host.endpoint(25),
      from: 'somebody@sender.example',
      to: 'root@signed.example',
      finish: (content) => dkimSign(content, key),
    })
    await expect
      .poll(() => host.container.logs.lines.map(({ text }) => text).join('\n'), { timeout: 20_000 })
      .toMatch(/opendkim\[\d+\]: \w+: DKIM verification successful/)
  })

  it('rewrites the sender of what it forwards', async () => {
    const { messageId } = await sendMessage({
      endpoint: host.endpoint(25),
      from: 'somebody@elsewhere.example',
      to: 'away@signed.example',
    })
    const { from } = await host.upstream.next({ messageId })
    expect(from).toMatch(/^SRS0=[\w+/]{4}=\w{2}=elsewhere\.example=somebody@signed\.example$/)
  })

  it('passes the check of DKIM, and no longer where another key is published', async () => {
    const checks = (await loadChecks()).filter(({ id }) => id === 'dkim-signature-verifies')
    const verdict = async () => (await runChecks(adoptedSubject(host), checks))[0]?.finding
    expect(await verdict()).toMatchObject({ verdict: 'ok' })
    const other = dkimRecord({ ...KEY, privateKey: ANOTHER.toString() })
    publish(host, `${KEY.selector}._domainkey.${KEY.domain}`, other?.text ?? '')
    expect(await verdict()).toMatchObject({ verdict: 'fault', came: expect.stringMatching(/^signed\.example: fail/) })
  })
})
