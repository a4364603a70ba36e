import { expect, it } from 'vitest'
import { missingStore } from './missing-store.ts'
import type { SourceFile } from './source-tree.ts'
import { surveyTree } from './survey.ts'

function missing(files: Record<string, string>) {
  const entries = Object.entries(files).map(([path, text]): [string, SourceFile] => [
    path,
    { path, content: Buffer.from(text), mode: 0o644 },
  ])
  return missingStore(surveyTree({ label: 'test', files: new Map(entries), left: [] })).map(
    ({ place, message }) => `${place} ${message.split(':', 2).join(':')}`,
  )
}

const POSTFIX = {
  '/etc/postfix/main.cf':
    'smtpd_sasl_type = dovecot\nvirtual_transport = lmtp:unix:private/dovecot-lmtp\nrelay_transport = smtp\n',
  '/etc/postfix/master.cf': 'submission inet n - y - - smtpd\n  -o smtpd_sasl_type=cyrus\n',
}

it('names each setting that leads to a Dovecot that was not given', () => {
  expect(missing(POSTFIX)).toEqual([
    '/etc/postfix/main.cf:1 smtpd_sasl_type = dovecot: this needs Dovecot, whose configuration was not given. What depends on it fails here; give /etc/dovecot, too',
    '/etc/postfix/main.cf:2 virtual_transport = lmtp:unix',
  ])
})

it('says nothing where it was given', () => {
  expect(missing({ ...POSTFIX, '/etc/dovecot/dovecot.conf': 'ssl = yes\n' })).toEqual([])
})
