import { expect, it } from 'vitest'
import { adoption } from './adoption.ts'

const told = (word: string, files: Record<string, string>) => {
  const found = adoption.deciding?.(word, new Map(Object.entries(files)))
  return found && `${found.file}:${found.line} ${found.text}`
}

const WHOLE = {
  '/etc/exim4/exim4.conf': `# domainlist local_domains = nobody
domainlist local_domains = @ : \\
    shop.example
  hostlist relay_from_hosts = MAIN_RELAY
.include /etc/exim4/tls.conf
acl_smtp_rcpt = acl_check_rcpt
begin  retry
`,
  '/etc/exim4/tls.conf': 'hide tls_privatekey = /etc/ssl/key.pem\nMAIN_RELAY = 0.0.0.0/0\nno_split_spool_directory\n',
  // Not read where there is an exim4.conf.
  '/etc/exim4/update-exim4.conf.conf': "dc_relay_nets='10.0.0.0/8'\n",
}

it.each([
  ['local_domains', '/etc/exim4/exim4.conf:2 domainlist local_domains = @ : shop.example'],
  ['relay_from_hosts', '/etc/exim4/tls.conf:2 MAIN_RELAY = 0.0.0.0/0'],
  ['acl_smtp_rcpt', '/etc/exim4/exim4.conf:6 acl_smtp_rcpt = acl_check_rcpt'],
  ['tls_privatekey', '/etc/exim4/tls.conf:1 hide tls_privatekey = /etc/ssl/key.pem'],
  ['split_spool_directory', '/etc/exim4/tls.conf:3 no_split_spool_directory'],
  ['begin retry', '/etc/exim4/exim4.conf:7 begin retry'],
  ['check_relay', undefined],
])('finds what decides %s in a file of its own', (word, line) => {
  expect(told(word, WHOLE)?.replace(/ {2,}/g, ' ')).toBe(line)
})

it("finds the answer that Debian's files are made of, and the macro of who has one", () => {
  const debian = {
    '/etc/exim4/update-exim4.conf.conf':
      "dc_eximconfig_configtype='internet'\ndc_relay_nets='0.0.0.0/0'\ndc_relay_domains=''\ndc_use_split_config='true'\n",
    '/etc/exim4/exim4.conf.localmacros': 'MAIN_TLS_ADVERTISE_HOSTS = !10.0.0.0/8\n',
    '/etc/exim4/conf.d/main/01_config':
      'MAIN_RELAY_NETS=DEBCONFrelay_netsDEBCONF\nhostlist relay_from_hosts = MAIN_RELAY_NETS\n',
    '/etc/exim4/conf.d/main/03_tls':
      '.ifndef MAIN_TLS_ADVERTISE_HOSTS\nMAIN_TLS_ADVERTISE_HOSTS = *\n.endif\ntls_advertise_hosts = MAIN_TLS_ADVERTISE_HOSTS\n',
    '/etc/exim4/conf.d/main/02_domains': 'domainlist relay_to_domains = MAIN_RELAY_TO_DOMAINS\n',
  }
  expect(told('relay_from_hosts', debian)).toBe("/etc/exim4/update-exim4.conf.conf:2 dc_relay_nets='0.0.0.0/0'")
  expect(told('tls_advertise_hosts', debian)).toBe(
    '/etc/exim4/exim4.conf.localmacros:1 MAIN_TLS_ADVERTISE_HOSTS = !10.0.0.0/8',
  )
  // Nobody answered that: the file decides.
  expect(told('relay_to_domains', debian)).toBe(
    '/etc/exim4/conf.d/main/02_domains:1 domainlist relay_to_domains = MAIN_RELAY_TO_DOMAINS',
  )
})

it.each([
  ['a file of its own', '/etc/exim4/exim4.conf', true],
  ['a template', '/etc/exim4/exim4.conf.template', true],
  ['templates in parts', '/etc/exim4/conf.d/acl/30_rcpt', true],
  ['macros for the templates of the package', '/etc/exim4/exim4.conf.localmacros', false],
  ['answers to debconf', '/etc/exim4/update-exim4.conf.conf', false],
])("has the package's files removed, or not, where there is %s", (_what, path, removed) => {
  expect(adoption.packageFiles?.(new Map([[path, '']]))).toEqual(removed ? ['/etc/exim4/*'] : [])
})
