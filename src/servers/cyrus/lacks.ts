import type { StoreLacks } from '../feature.ts'

const NO_SERVICE = 'Cyrus has no service that an MTA asks:'

/** Why Cyrus has not what other mail stores have. */
export const lacks: StoreLacks = {
  'sasl-service': `${NO_SERVICE} whoever wants its passwords reads its sasldb, or asks a saslauthd`,
  'quota-service': `${NO_SERVICE} a full mailbox is refused by lmtpd(8), at RCPT of the delivery`,
  'open-mailbox-format': 'Cyrus keeps mail in a format of its own',
  doveadm: 'the store is Cyrus, whose tools have other words',
}
