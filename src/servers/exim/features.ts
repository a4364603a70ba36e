import type { Feature } from '../contract.ts'

const UNLESS = 'Debian leaves it off; turn it on with native.exim.main'

/** What Exim has as mailrig configures it, or why not. */
const FEATURES: Record<Feature, true | string> = {
  'recipient-verification': true,
  'compiled-maps': 'Exim reads its tables afresh for each message; there is nothing to compile',
  expn: `Exim answers EXPN with 550 where no acl_smtp_expn is set: ${UNLESS}`,
  vrfy: `Exim answers VRFY with 252 for everyone where no acl_smtp_vrfy is set: ${UNLESS}`,
  dsn: `Exim advertises DSN (RFC 3461) only where dsn_advertise_hosts is set: ${UNLESS}`,
  chunking: true,
  smtputf8: `Exim advertises SMTPUTF8 only where smtputf8_advertise_hosts is set: ${UNLESS}`,
  'dot-forward': true,
  'mailbox-quota': true,
  'sql-tables': true,
  'address-test-mode': true,
}

export function supports(feature: Feature): true | string {
  return FEATURES[feature]
}
