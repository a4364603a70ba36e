import { describe, expect, it } from 'vitest'
import { decidingLine } from './deciding-line.ts'
import type { MtaSays } from './mta-says.ts'
import type { SourceFile } from './source-tree.ts'
import { surveyTree } from './survey.ts'

function surveyOf(files: Record<string, string>) {
  const entries = Object.entries(files).map(([path, text]): [string, SourceFile] => [
    path,
    { path, content: Buffer.from(text), mode: 0o644 },
  ])
  return surveyTree({ label: 'test', files: new Map(entries), left: [] })
}

const survey = surveyOf({
  '/etc/postfix/main.cf': 'mynetworks = 127.0.0.0/8\nsmtpd_relay_restrictions = reject\nsmtpd_tls_auth_only = yes\n',
  '/etc/postfix/master.cf':
    'smtp inet n - y - - smtpd\nsubmission inet n - y - - smtpd\n  -o syslog_name=x\n  -o smtpd_tls_auth_only=no\n',
  '/etc/dovecot/dovecot.conf': 'ssl = yes\nnamespace inbox {\n  inbox = yes\n}\n',
})
const says = (networks: string[]) =>
  ({ networks, postfix: { values: new Map([['smtpd_forbid_bare_newline', 'no']]), services: [] } }) as never as MtaSays

describe('decidingLine', () => {
  const ask = (deciders: Record<string, string[]>, rest: Partial<Parameters<typeof decidingLine>[1]> = {}) =>
    decidingLine(deciders, { survey, says: says(['127.0.0.0/8']), service: undefined, ...rest })

  it('is the first setting that is there', () => {
    const postfix = ['smtpd_client_restrictions', 'smtpd_relay_restrictions', 'mynetworks']
    expect(ask({ postfix })).toBe('/etc/postfix/main.cf:2 smtpd_relay_restrictions = reject')
  })

  it('is the networks where they are the whole internet', () => {
    const deciders = { postfix: ['smtpd_relay_restrictions', 'mynetworks'] }
    expect(ask(deciders, { says: says(['127.0.0.0/8', '0.0.0.0/0']) })).toBe(
      '/etc/postfix/main.cf:1 mynetworks = 127.0.0.0/8',
    )
  })

  it('is not the networks where they are narrow and another setting may decide', () => {
    expect(ask({ postfix: ['smtpd_forbid_bare_newline', 'mynetworks'] })).toBe(
      '/etc/postfix/main.cf does not set smtpd_forbid_bare_newline; here it is no',
    )
    expect(ask({ postfix: ['mynetworks'] })).toBe('/etc/postfix/main.cf:1 mynetworks = 127.0.0.0/8')
  })

  it('is the line of master.cf for the service it was noticed at', () => {
    const deciders = { postfix: ['smtpd_tls_auth_only'] }
    expect(ask(deciders, { service: 'submission' })).toBe('/etc/postfix/master.cf:4 -o smtpd_tls_auth_only=no')
    expect(ask(deciders, { service: 'smtp' })).toBe('/etc/postfix/main.cf:3 smtpd_tls_auth_only = yes')
  })

  it('is a line of Dovecot, or one where a section begins', () => {
    expect(ask({ dovecot: ['disable_plaintext_auth', 'ssl'] })).toBe('/etc/dovecot/dovecot.conf:1 ssl = yes')
    expect(ask({ dovecot: ['namespace inbox'] })).toBe('/etc/dovecot/dovecot.conf:2 namespace inbox {')
  })

  it('is that nothing is set, with what holds then', () => {
    expect(ask({ postfix: ['smtpd_forbid_bare_newline'] })).toBe(
      '/etc/postfix/main.cf does not set smtpd_forbid_bare_newline; here it is no',
    )
    expect(ask({ exim: ['acl_smtp_rcpt'] })).toBeUndefined()
  })
})
