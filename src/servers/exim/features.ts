import { COMMON_FEATURES, type Feature, type ListedFeatures, supportedOf } from '../feature.ts'
import type { Release } from '../release.ts'
import { eximOf } from './releases.ts'

const UNLESS = 'Debian leaves it off; turn it on with native.exim.main'

/** What Exim has as mailrig configures it, or why not. */
const FEATURES: ListedFeatures = {
  'recipient-verification': true,
  'compiled-maps': 'Exim reads its tables afresh for each message; there is nothing to compile',
  // Off as Debian has it, until native.exim.main sets acl_smtp_expn and acl_smtp_vrfy.
  expn: true,
  vrfy: true,
  // Offered where the topology says so.
  dsn: true,
  'submission-auth': true,
  chunking: true,
  smtputf8: `Exim advertises SMTPUTF8 only where smtputf8_advertise_hosts is set: ${UNLESS}`,
  'dot-forward': true,
  'mailbox-quota': true,
  'quota-at-rcpt': true,
  'sql-tables': true,
  'ldap-tables': true,
  'address-test-mode': true,
  ...COMMON_FEATURES,
  'ipv6-blocklists': true,
  milters: 'Exim does not speak the milter protocol: its ACLs and local_scan() look at a message while it comes',
  'policy-services':
    'check_policy_service is a word of Postfix; an ACL of Exim may ask such a service by readsocket, in its own words',
  'sender-rewriting-scheme': true,
  'virtual-alias-domains':
    'virtual_alias_domains is a setting of Postfix; in Exim a redirect router names domains and addresses',
}

const listed = supportedOf('Exim', FEATURES)

const NO_HELLO = 'Exim 4.94 serves a client that has not said hello: hosts_require_helo came later'

const NO_SRS = 'Exim 4.94 rewrites senders (SRS) by a library that Debian does not have'

export function supports(feature: Feature, release: Release): true | string {
  if (feature === 'sender-rewriting-scheme' && !eximOf(release).rewritesSenders) return NO_SRS
  return feature === 'hello-first' && !eximOf(release).requiresHello ? NO_HELLO : listed(feature)
}
