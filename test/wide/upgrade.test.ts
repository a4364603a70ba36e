import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Finding } from '../../src/targets/adopted/finding.ts'
import { startVerdict } from '../../src/targets/adopted/start-verdict.ts'
import { type BootedSample, bootSample, sample } from '../adopted/boot-sample.ts'

let booted: BootedSample
let findings: Finding[]
let down: string[]
beforeAll(async () => {
  booted = await bootSample(await sample('plain'), 'trixie')
  const verdict = await startVerdict(booted.host)
  findings = verdict.findings
  down = verdict.down
})
afterAll(() => booted?.close())

// Each place that Dovecot 2.4 refuses, written down by hand from the sample: doveconf(1) itself stops at the first.
const REFUSED = [
  ['dovecot.conf:1', 'dovecot_config_version = 2.4'],
  ['conf.d/10-auth.conf:1', 'auth_allow_cleartext = no'],
  ['conf.d/10-auth.conf:3', 'passdb NAME'],
  ['conf.d/10-auth.conf:5', 'passwd_file_path = /etc/dovecot/users'],
  ['conf.d/10-auth.conf:7', 'userdb NAME'],
  ['conf.d/10-auth.conf:9', 'fields { uid = vmail'],
  ['conf.d/10-mail.conf:1', 'mail_driver = maildir, mail_path = /var/vmail/%{user | domain}/%{user | username}'],
  ['conf.d/10-ssl.conf:2', 'ssl_server_cert_file = /etc/letsencrypt/live/mail.snow.example/fullchain.pem'],
  ['conf.d/10-ssl.conf:3', 'ssl_server_key_file = /etc/letsencrypt/live/mail.snow.example/privkey.pem'],
  ['conf.d/90-sieve.conf:2', 'mail_plugins { sieve = yes }'],
  ['conf.d/90-sieve.conf:4', 'one level up'],
] as const

it.each(REFUSED)('names %s, and what to write instead', (place, remedy) => {
  const found = findings.filter((one) => one.place === `/etc/dovecot/${place}`)
  expect(found.map((one) => one.severity)).toContain('fault')
  expect(found.map((one) => one.remedy).join()).toContain(remedy)
})

it('names no other line of Dovecot', () => {
  const places = findings.flatMap(({ server, place }) =>
    server === 'dovecot' && place?.includes('/etc/dovecot/') ? place : [],
  )
  const known = new Set(REFUSED.map(([place]) => `/etc/dovecot/${place}`))
  // Where a port does not listen, the line that asks for it is named.
  const silent = findings.filter(({ message }) => /does not listen/.test(message)).map(({ place }) => place)
  expect(places.filter((place) => !known.has(place as never) && !silent.includes(place))).toEqual([])
})

it('says which ports do not listen for it, and that Postfix starts all the same', () => {
  expect(findings).toContainEqual(
    expect.objectContaining({ message: expect.stringContaining('port 993 does not listen') }),
  )
  expect(booted.host.listening.map(({ port }) => port)).toContain(25)
  expect(down).toEqual(['dovecot'])
})
