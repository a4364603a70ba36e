import { nearest } from '../errors/did-you-mean.ts'
import { nativeExamples } from './native.ts'

/** How each part of a topology is written, for errors; in YAML and in TypeScript alike. `*` is any key. */
export const EXAMPLES: Readonly<Record<string, string>> = {
  host: '"mx1.example.com"',
  origin: '"example.com"',
  accounts: '"postgresql"',
  domains: '{ "example.com": { mailboxes: ["jim"] } }',
  'domains.*': '{ mailboxes: ["jim"], aliases: { sales: "jim" }, catchAll: "jim" }',
  'domains.*.mailboxes': '["jim", "petra"], or { jim: { password: "correct horse", quota: { storage: "20M" } } }',
  'domains.*.mailboxes.*': '{ password: "correct horse" }',
  'domains.*.mailboxes.*.quota': '{ storage: "20M", messages: 1000 }',
  'domains.*.catchAll': '"jim"',
  'domains.*.aliases': '{ sales: "petra", team: ["jim", "petra"] }',
  virtualAliasDomains: '{ "example.net": { aliases: { info: "petra@example.com" } } }',
  'virtualAliasDomains.*': '{ aliases: { info: "petra@example.com" }, catchAll: "jim@example.com" }',
  'virtualAliasDomains.*.aliases': '{ info: "petra@example.com" }',
  local: '{ domains: ["example.org"], accounts: ["jim"] }',
  'local.domains': '["example.org"]',
  'local.accounts': '["jim"], or { jim: { forward: ["petra@example.com"] } }',
  'local.accounts.*': '{ password: "correct horse" }',
  'local.accounts.*.forward': '["petra@example.com"]',
  'local.aliases': '{ postmaster: "root", team: ["jim", "petra"] }',
  'local.files': '{ "/etc/mail/list": "jim@example.com" }',
  relayDomains: '["customer.example"]',
  smarthost:
    '"upstream", or { upstream: "upstream", port: 587, tls: "required", auth: { user: "jim", password: "secret" } }',
  routes: '{ "partner.example": "upstream" }',
  'routes.*': '"upstream", or { upstream: "upstream", tls: "required" }, or a list of such',
  senderRoutes: '{ "example.com": "upstream", "jim@example.org": { upstream: "backup", tls: "required" } }',
  'senderRoutes.*': '"upstream", or { upstream: "upstream", tls: "required" }, or a list of such',
  'smarthost.auth': '{ user: "jim", password: "secret" }',
  'routes.*.auth': '{ user: "jim", password: "secret" }',
  'senderRoutes.*.auth': '{ user: "jim", password: "secret" }',
  trustedNetworks: '["lan", "192.0.2.0/24"]',
  access: '[{ sender: "spam.example", action: "REJECT" }]',
  'access.*': '{ sender: "spam.example", action: "REJECT" }',
  'access.*.action': '"REJECT", or { code: 550, enhanced: "5.7.1", text: "not here" }',
  rewriting: '{ masqueradeAs: "example.com" }',
  'rewriting.generic': '{ "root@mx.example.com": "hostmaster@example.com" }',
  'rewriting.domains': '{ "old.example": "new.example" }',
  limits: '{ messageSize: "50M" }',
  queue: '{ retryAfter: 5, giveUpAfter: 60 }',
  dsn: 'true',
  logging: '"syslog"',
  recipientDelimiter: '"-", or "+-"',
  tls: '"required"',
  tlsMinimum: '"TLSv1.3"',
  submission: '{ tls: "required", mechanisms: ["PLAIN"] }',
  'submission.senders': '"own"',
  'submission.mechanisms': '["PLAIN", "LOGIN"]',
  outboundTls: '"verified"',
  store: '{ tls: "required", mechanisms: ["PLAIN"] }',
  'store.folders': '{ Junk: { specialUse: "Junk" }, Work: {} }',
  'store.folders.*': '{ specialUse: "Junk" }',
  'store.mechanisms': '["PLAIN", "LOGIN"]',
  upstreams: '["upstream", "backup"]',
  internet: '["elsewhere.example"], or { "elsewhere.example": { mx: [{ preference: 10, upstream: "upstream" }] } }',
  'internet.*': '{ mx: [{ preference: 10, upstream: "upstream" }], txt: ["v=spf1 -all"] }',
  'internet.*.mx': '[{ preference: 10, upstream: "upstream" }, { preference: 20, host: "mx.elsewhere.example" }]',
  'internet.*.mx.*': '{ preference: 10, upstream: "upstream" }',
  'internet.*.txt': '["v=spf1 -all"]',
  'internet.*.a': '["upstream"]',
  'internet.*.aaaa': '["2001:db8::1"]',
  'internet.*.servfail': 'true, or ["MX"]',
  'internet.*.timeout': 'true, or ["MX"]',
  'internet.*.truncated': 'true, or ["MX"]',
  clients: '["mail.partner.example"], or { "mail.partner.example": { ptr: false } }',
  'clients.*': '{ ptr: false }, or { ptr: "other.example" }',
  proxyProtocol: '{ port: 10025 }',
  ipv6: 'true',
  heloChecks: '["fqdn", "not-ours"]',
  xclient: '["lan"]',
  dnsbl: '{ "list.example": { listed: { internet: "127.0.0.2" } } }',
  'dnsbl.*': '{ listed: { internet: "127.0.0.2" }, codes: ["127.0.0.2"] }',
  'dnsbl.*.listed': '{ internet: "127.0.0.2", "192.0.2.7": ["127.0.0.4", "127.0.0.10"] }',
  'dnsbl.*.codes': '["127.0.0.2"]',
  milters: '["filter"], or { filter: { onFailure: "accept", timeout: 2 } }',
  'milters.*': '{ onFailure: "accept", timeout: 2 }',
  filters: '{ opendkim: { sign: ["example.com"] }, opendmarc: { reject: true } }',
  'filters.opendkim': '{ sign: ["example.com"] }',
  'filters.opendmarc': '{ reject: true }',
  'filters.policyd-spf': '{ reject: true }',
  'filters.postgrey': '{ delay: 2 }',
  'filters.rspamd': '{ files: { "actions.conf": "reject = 10;" } }',
  dkim: '["sender.example"], or { "sender.example": { selector: "s1" } }',
  'dkim.*': '{ selector: "s1", algorithm: "ed25519" }',
  policies: '["greylist"], or { greylist: { at: "recipient" } }',
  'policies.*': '{ at: "recipient", onFailure: "accept" }',
}

/** The example that stands for a path: its own, else none. Those of servers' own words come from the servers. */
export function exampleFor(path: readonly PropertyKey[], examples = EXAMPLES): string | undefined {
  const keys = path.map(String)
  const found = Object.entries({ ...examples, ...(path[0] === 'native' ? nativeExamples() : {}) }).find(([pattern]) =>
    fits(pattern, keys),
  )
  return found?.[1]
}

/** Where a key stands that was written in another place: `domains["…"].mailboxes`. Empty where no place has it. */
export function placesOf(key: string, examples = EXAMPLES): string[] {
  const keyOf = (pattern: string) => pattern.slice(pattern.lastIndexOf('.') + 1)
  const patterns = Object.keys(examples)
  const meant = nearest(key, [...new Set(patterns.map(keyOf))])
  return patterns.filter((pattern) => keyOf(pattern) === meant).map((pattern) => pattern.replaceAll('.*', '["…"]'))
}

/** A key may have dots of its own, as `main.cf` has. */
function fits(pattern: string, keys: readonly string[]): boolean {
  let rest = pattern
  for (const [index, key] of keys.entries()) {
    const part = rest.startsWith('*') ? '*' : key
    if (part !== '*' && !(rest === key || rest.startsWith(`${key}.`))) return false
    rest = rest.slice(part.length)
    if (index < keys.length - 1 && !rest.startsWith('.')) return false
    rest = rest.slice(1)
  }
  return rest === ''
}
